/**
 * The slots of topics that are published to: a topic that is used again crosses the boundary as a small
 * integer. For received messages the core does the same (`src/wasm/topic_slots.rs`).
 */
import type { Core } from '#core'

export class TopicSlots {
  private readonly slots = new Map<string, number>()
  private readonly topics: string[] = []
  private nextSlot = 0

  /** The slot of a topic, which is defined in the core if need be; or a negative `ErrorCode`. */
  slotOf(topic: string, core: Core): number {
    const known = this.slots.get(topic)
    if (known !== undefined) return known
    const slot = this.nextSlot
    const refusal = core.defineTopic(slot, topic)
    if (refusal < 0) return refusal
    const replaced = this.topics[slot]
    if (replaced !== undefined) this.slots.delete(replaced)
    this.topics[slot] = topic
    this.slots.set(topic, slot)
    this.nextSlot = (slot + 1) % SLOTS
    return slot
  }
}

/** As many as the core has. */
const SLOTS = 64
