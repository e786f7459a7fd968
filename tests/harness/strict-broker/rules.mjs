/**
 * What MQTT 5.0 demands of a packet of a client by itself, beyond what mqtt-packet demands when it
 * parses it. A broken rule is a Violation with the reason code of the DISCONNECT.
 */
export const PROTOCOL_ERROR = 0x82
export const MALFORMED = 0x81

export class Violation extends Error {
  constructor(reasonCode, message) {
    super(message)
    this.reasonCode = reasonCode
  }
}

/** Throws a Violation unless the rule holds. */
export function demand(holds, message, reasonCode = PROTOCOL_ERROR) {
  if (!holds) throw new Violation(reasonCode, message)
}

export function checkPacket(packet) {
  const allowed = PROPERTIES[packet.cmd]
  demand(allowed, `a client must not send ${packet.cmd}`)
  for (const [name, value] of Object.entries(packet.properties ?? {})) {
    // section 2.2.2.2
    demand(allowed.includes(name), `${packet.cmd} with the property ${name}`)
    demand(!Array.isArray(value), `${packet.cmd} with the property ${name} twice`)
  }
  // [MQTT-2.2.1-3], [MQTT-2.2.1-2]
  const needsId = packet.cmd !== 'publish' ? WITH_ID.includes(packet.cmd) : packet.qos > 0
  demand(!needsId || packet.messageId > 0, `${packet.cmd} without a packet identifier`)
  CHECKS[packet.cmd]?.(packet)
}

const TEXT = ['reasonString', 'userProperties']
const WITH_ID = ['puback', 'pubrec', 'pubrel', 'pubcomp', 'subscribe', 'unsubscribe']

const PROPERTIES = {
  connect: [
    ...['sessionExpiryInterval', 'receiveMaximum', 'maximumPacketSize', 'topicAliasMaximum'],
    ...['requestResponseInformation', 'requestProblemInformation', 'userProperties'],
    ...['authenticationMethod', 'authenticationData'],
  ],
  publish: [
    ...['payloadFormatIndicator', 'messageExpiryInterval', 'topicAlias', 'responseTopic'],
    ...['correlationData', 'userProperties', 'contentType'], // no identifier: [MQTT-3.3.4-6]
  ],
  puback: TEXT,
  pubrec: TEXT,
  pubrel: TEXT,
  pubcomp: TEXT,
  subscribe: ['subscriptionIdentifier', 'userProperties'],
  unsubscribe: ['userProperties'],
  pingreq: [],
  disconnect: ['sessionExpiryInterval', ...TEXT], // no reference: [MQTT-3.14.2-2]
}

const CHECKS = {
  connect({ clientId, will, properties = {} }) {
    demand(properties.receiveMaximum !== 0, 'a Receive Maximum of 0')
    demand(properties.maximumPacketSize !== 0, 'a Maximum Packet Size of 0')
    demand(isText(clientId), 'a client identifier that is no text', MALFORMED)
    if (will) checkTopicName(`${will.topic}`)
  },
  publish({ qos, dup, topic, payload, properties = {} }) {
    demand(qos < 3, 'QoS 3', MALFORMED) // [MQTT-3.3.1-4]
    demand(qos > 0 || !dup, 'DUP at QoS 0', MALFORMED) // [MQTT-3.3.1-2]
    demand(properties.topicAlias !== 0, 'topic alias 0', 0x94) // [MQTT-3.3.2-8]
    if (topic || !properties.topicAlias) checkTopicName(topic)
    const { responseTopic, payloadFormatIndicator } = properties
    if (responseTopic !== undefined) checkTopicName(responseTopic) // [MQTT-3.3.2-14]
    demand(!payloadFormatIndicator || isUtf8(payload), 'a payload that is no UTF-8', 0x99)
  },
  subscribe({ subscriptions, properties = {} }) {
    demand(subscriptions.length > 0, 'SUBSCRIBE of nothing') // [MQTT-3.8.3-2]
    demand(properties.subscriptionIdentifier !== 0, 'subscription identifier 0')
    for (const { topic, nl } of subscriptions) {
      checkTopicFilter(topic)
      demand(!nl || !topic.startsWith('$share/'), 'No Local with $share') // [MQTT-3.8.3-4]
    }
  },
  unsubscribe({ unsubscriptions }) {
    demand(unsubscriptions.length > 0, 'UNSUBSCRIBE of nothing') // [MQTT-3.10.3-2]
    unsubscriptions.forEach(checkTopicFilter)
  },
}

/** [MQTT-4.7.3-1], [MQTT-3.3.2-2], [MQTT-1.5.4-2] */
function checkTopicName(topic) {
  demand(topic.length > 0, 'an empty topic')
  demand(isText(topic), 'a topic that is no text', MALFORMED)
  demand(!/[+#]/.test(topic), 'a topic with wildcards', 0x90)
}

/** [MQTT-4.7.1-1], [MQTT-4.7.1-2] */
function checkTopicFilter(filter) {
  demand(filter.length > 0, 'an empty filter')
  demand(isText(filter), 'a filter that is no text', MALFORMED)
  const levels = filter.split('/')
  levels.forEach((level, at) => {
    demand(level === '+' || !level.includes('+'), `+ within a level of ${filter}`, 0x8f)
    const isLast = at === levels.length - 1
    demand((level === '#' && isLast) || !level.includes('#'), `# within ${filter}`, 0x8f)
  })
  if (levels[0] === '$share') {
    demand(levels.length > 2 && levels[1] && !/[+#]/.test(levels[1]), `share name of ${filter}`)
  }
}

function isText(string) {
  return !string.includes('\0') && !string.includes('\ufffd')
}

function isUtf8(bytes) {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
