/** Warnings to the developer. Some JavaScript engines of phones have no console. */

/** For what would otherwise go unnoticed. */
export function warn(text: string): void {
  if (typeof console !== 'undefined') console.warn(text)
}
