/** Eclipse Paho under the calls that the measures use. */
export function connect({ Client, Message }) {
  return (url, { clientId }) => {
    const paho = new Client('host', 443, '/mqtt', clientId)
    const listeners = { message: [], error: [] }
    const emit = (name, ...values) => listeners[name].forEach(listener => listener(...values))
    const called = new Map()
    const client = {
      connected: false,
      on: (name, listener) => listeners[name].push(listener),
      removeAllListeners: name => (listeners[name] = []),
      publish(topic, payload, { qos }, callback) {
        const message = new Message(payload)
        message.destinationName = topic
        message.qos = qos
        if (callback) called.set(message, callback)
        paho.send(message)
      },
    }
    paho.onMessageArrived = message =>
      emit('message', message.destinationName, message.payloadBytes, message)
    paho.onMessageDelivered = message => {
      const callback = called.get(message)
      called.delete(message)
      if (callback) callback(null)
    }
    paho.connect({
      useSSL: true,
      keepAliveInterval: 0,
      onSuccess: () => (client.connected = true),
      onFailure: ({ errorMessage }) => emit('error', new Error(errorMessage)),
    })
    return client
  }
}

export function read(payload, message) {
  return message.payloadString
}
