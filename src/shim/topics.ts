/**
 * Which topic the core knows under which number, for publishing: a topic that is used again crosses
 * the boundary as a small integer.
 */
export class TopicSlots {
  private readonly slots = new Map<string, number>()
  private readonly topics: string[] = []
  private next = 0

  /** The slot of a topic; `define` tells the core of a new one, and returns 0 if it is a topic. */
  slot(topic: string, define: (slot: number, topic: string) => number): number {
    const known = this.slots.get(topic)
    if (known !== undefined) return known
    const slot = this.next
    const refusal = define(slot, topic)
    if (refusal < 0) return refusal
    const replaced = this.topics[slot]
    if (replaced !== undefined) this.slots.delete(replaced)
    this.topics[slot] = topic
    this.slots.set(topic, slot)
    this.next = (slot + 1) % SLOTS
    return slot
  }
}

/** As many as the core has. */
const SLOTS = 64
