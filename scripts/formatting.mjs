/**
 * Takes formatting out of the module. Every panic of the standard library has a message, and the code that
 * would format it: `core::fmt`, a fortieth of the module. Nobody reads the message (`src/wasm/panic.rs`),
 * but the table of indirect calls holds the code, so no optimiser may drop it.
 */

/**
 * A module as text with the names of its functions, without formatting: writing formatted text succeeds and
 * writes nothing, and what only that would call traps. Fails if anything else calls it.
 */
export function withoutFormatting(text) {
  const removed = []
  const rest = text.replace(FUNCTION, (all, header, name) => {
    if (!FORMATS.test(name)) return all
    const writes = WRITE.test(name)
    if (!writes) removed.push(name)
    return `${header}\n  ${writes ? '(i32.const 0)' : '(unreachable)'}\n )`
  })
  if (!removed.length || rest === text) throw new Error('the module has no core::fmt by its name')
  const called = removed.filter(name => rest.includes(`(call $${name}\n`))
  if (called.length) throw new Error(`the module formats text: it calls ${called.join(', ')}`)
  return rest
}

/** A function: its first line, and its name, in quotes where it needs them. */
const FUNCTION = /^( \(func \$("[^"]*"|\S+).*)\n[^]*?^ \)$/gm

/** Functions of `core::fmt` and methods of its traits; of two with one name the linker mangles one. */
const FORMATS = /\bfmt::|::_fmt"?$|^_R\w*3fmt/

/** `core::fmt::write`, which formats by the functions of a table. Returns 0 for success. */
const WRITE = /^"?core\[\w+\]::fmt::write"?$/
