/** The mini-program's modules: each runs once, and requires others as WeChat resolves their paths. */
export function makeModules() {
  const modules = new Map()
  const loaded = new Map()

  /** Paths are relative to the module that asks, or absolute in the package. */
  function load(path) {
    if (loaded.has(path)) return loaded.get(path).exports
    if (!modules.has(path)) throw new Error(`module '${path}' is not defined`)
    const module = { exports: {} }
    loaded.set(path, module)
    const require = id => load(resolvePath(path, id))
    modules.get(path).call(undefined, require, module, module.exports)
    return module.exports
  }

  function resolvePath(from, id) {
    const npm = `miniprogram_npm/${id}/index.js` // what 构建 npm makes of a package
    if (modules.has(npm)) return npm
    const parts = id.startsWith('/') ? [] : from.split('/').slice(0, -1)
    for (const part of id.split('/')) {
      if (part === '..') parts.pop()
      else if (part && part !== '.') parts.push(part)
    }
    const path = parts.join('/')
    return modules.has(path) ? path : `${path}.js`
  }

  return { define: (path, module) => modules.set(path, module), load }
}
