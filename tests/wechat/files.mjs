/** The files of a folder. */
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

/** The paths of all files, relative to the folder, sorted. */
export function relativeFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}
