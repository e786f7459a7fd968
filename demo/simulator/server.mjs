/**
 * Serves a built mini-program: the simulator at /, the code package at /package/, where `.wasm.br`
 * goes out as what it is. The page may not use eval, as in WeChat. A simulator in a folder finds the
 * code package in that folder, too.
 */
import { createServer } from 'node:http'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { extname, resolve, sep } from 'node:path'
import { bridgeTcp } from './tcp-bridge.mjs'

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
}

const POLICY = [
  "default-src 'self' data:",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  'connect-src * ws: wss:',
].join('; ')

/** @param {{built: string, root: string, port?: number}} options port 0: any that is free */
export function serve({ built, root, port = 0 }) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost')
    const file = fileFor(decodeURIComponent(pathname), built, root)
    if (!file) {
      response.writeHead(404).end()
      return
    }
    const compressed = file.endsWith('.br')
    response.writeHead(200, {
      'Content-Type':
        TYPES[extname(compressed ? file.slice(0, -3) : file)] ?? 'application/octet-stream',
      'Content-Security-Policy': POLICY,
      'Cache-Control': 'no-store',
      ...(compressed && { 'Content-Encoding': 'br' }),
    })
    response.end(readFileSync(file))
  })
  bridgeTcp(server)
  return listen(server, port)
}

/** Listens on this machine only. */
export function listen(server, port = 0) {
  return new Promise((done, failed) => {
    server.once('error', failed)
    server.listen(port, '127.0.0.1', () => done({ server, port: server.address().port }))
  })
}

function fileFor(pathname, built, root) {
  const [, packed] = /\/package\/(.*)/.exec(pathname) ?? []
  const folder = resolve(packed === undefined ? built : root)
  const file = resolve(folder, packed ?? (pathname === '/' ? 'index.html' : pathname.slice(1)))
  const isInside = file.startsWith(folder + sep)
  return isInside && existsSync(file) && statSync(file).isFile() ? file : undefined
}
