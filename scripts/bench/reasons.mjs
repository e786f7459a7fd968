export function reasons() { return [] }
