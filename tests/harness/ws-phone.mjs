/** Phones whose sockets are real WebSockets, so that the built library talks to any broker. */
import { WebSocket } from 'ws'
import { Phone } from './phone.mjs'

/**
 * A sealed phone in real time. `ca` is the certificate that it trusts beside the usual ones. `drop()`
 * ends its connections without a word, as a lost network does.
 */
export function wsPhone({ ca } = {}) {
  const phone = new Phone({ realTime: true })
  const open = new Set()
  phone.fake.onSocket = socket => {
    const { url, protocols, header } = socket
    const real = new WebSocket(url, protocols, { ca, headers: header, perMessageDeflate: false })
    open.add(real)
    join(phone, socket, real)
    real.on('close', () => open.delete(real))
  }
  return { phone, mqtt: phone.mqtt, drop: () => open.forEach(real => real.terminate()) }
}

function join(phone, socket, real) {
  const alive = () => socket.state === 'open' || socket.state === 'connecting'
  let failure
  real.on('open', () => (socket.state === 'connecting' ? socket.open() : real.terminate()))
  real.on('message', (bytes, isBinary) => {
    if (socket.state === 'open') socket.send(isBinary ? bytes : `${bytes}`)
  })
  real.on('error', error => (failure = error)) // 'close' follows
  real.on('close', (code, reason) =>
    phone.fake.later(() => {
      if (!alive()) return
      if (failure) socket.fail(failure.message)
      else socket.close(code, `${reason}`)
    }),
  )
  socket.onMessage = bytes => real.readyState === WebSocket.OPEN && real.send(bytes)
  socket.onClose = () => real.close()
}
