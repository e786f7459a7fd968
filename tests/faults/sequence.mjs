/**
 * What became of numbered messages that went one way: sent, received, lost, doubled, in order or not.
 * A message that its sender was told to have failed is `refused`, and is not lost.
 */
export class Sequence {
  #sent = []
  #received = []
  #refused = new Set()

  constructor(direction) {
    this.direction = direction
  }

  /** The payload of the next message. */
  next() {
    const payload = `${this.direction} ${this.#sent.length}`
    this.#sent.push(payload)
    return payload
  }

  refuse(payload) {
    this.#refused.add(payload)
  }

  /** A message has come; what was never sent is found in the report. */
  receive(payload) {
    this.#received.push(payload)
  }

  /** How many have neither come nor been refused. */
  get missing() {
    return this.#missing().length
  }

  get report() {
    const firsts = [...new Set(this.#received)]
    const sent = this.#sent.filter(payload => firsts.includes(payload))
    return {
      sent: this.#sent.length,
      received: firsts.length,
      lost: this.#missing(),
      doubled: firsts.filter(payload => this.#received.filter(one => one === payload).length > 1),
      refused: [...this.#refused],
      foreign: firsts.filter(payload => !this.#sent.includes(payload)),
      inOrder: firsts.every((payload, at) => payload === sent[at]),
    }
  }

  #missing() {
    return this.#sent.filter(
      payload => !this.#received.includes(payload) && !this.#refused.has(payload),
    )
  }
}
