/** `client.messageIdProvider`: shows the ids that the core allocates. It cannot be asked for more. */
import type { IMessageIdProvider } from '../api'
import { hide } from '../platform/hidden'

export class CoreMessageIds implements IMessageIdProvider {
  declare private readonly lastId: () => number | null

  constructor(lastId: () => number | null) {
    hide(this, 'lastId', lastId)
  }

  allocate(): null {
    return null
  }

  getLastAllocated(): number | null {
    return this.lastId()
  }

  register(_messageId: number): boolean {
    return false
  }

  deallocate(_messageId: number): void {
    // the core frees its ids itself
  }

  clear(): void {
    // the core frees its ids itself
  }
}
