/** What several measurements of one figure come to. */

export function median(values) {
  if (values.length === 0) throw new Error('nothing was measured')
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Half the distance between the quartiles, as a part of the median. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = part => sorted[Math.round((sorted.length - 1) * part)]
  return (at(0.75) - at(0.25)) / 2 / median(values)
}

export function geometricMean(values) {
  if (values.length === 0) throw new Error('nothing was measured')
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}
