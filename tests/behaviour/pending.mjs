/**
 * Scenarios that ours does not pass yet, by what is missing. Each is checked to fail still: what
 * begins to pass has to leave this list, and the list has to come to an end.
 */
const REASONS = {
  'the module has connect, Client and MqttClient only': [
    ...[
      ...['connectAsync', 'Store', 'DefaultMessageIdProvider', 'UniqueMessageIdProvider'],
      ...['KeepaliveManager', 'ReasonCodes', 'ErrorWithReasonCode', 'ErrorWithSubackPacket'],
      ...['nextTick', 'MQTTJS_VERSION', 'applyMixin', 'validateTopic', 'validateTopics'],
    ].map(name => `mqtt.${name} is there, and in mqtt.default`),
    ...['a/b', '+/b/#', '#', 'a+', 'a/#/b', 'a#'].map(topic => `validateTopic('${topic}')`),
    'validateTopics names the first that is no good',
    'MqttClient has a VERSION, and makes client ids',
    'ReasonCodes has the text of a code',
    'the error classes carry a code and a packet',
    'a refusal is an ErrorWithReasonCode',
  ],
  'no Promise variants': [
    'publishAsync',
    'subscribeAsync has the granted, unsubscribeAsync the UNSUBACK',
    'a failure is a rejection',
    'endAsync()',
    'endAsync(true)',
    'endAsync(false,{})',
    'connectAsync with a URL gives a client that is connected',
    'connectAsync with a URL and options gives a client that is connected',
    'connectAsync with options gives a client that is connected',
    'connectAsync fails with the refusal',
    'connectAsync tries again where it may',
    'connectAsync without retries fails at the first close',
    'README: the same with async and await',
  ],
  'no Store': [
    'a Store gives, and takes away, by message id',
    'the stream of a Store has its packets in the order of put',
    'a Store of undefined keeps 0 when it closes',
    'a Store of {"clean":false} keeps 1 when it closes',
    'a client keeps what it has not delivered in its outgoingStore',
    'README: stores that outlive a client',
  ],
  'no message id providers': [
    'DefaultMessageIdProvider gives ids, and says the last',
    'UniqueMessageIdProvider gives ids, and says the last',
    'UniqueMessageIdProvider gives no id twice, and null when there is none',
    'a client takes its ids from its messageIdProvider',
  ],
  'the option is not known': [
    'cbStorePut is called when a QoS 1 message is kept',
    'customHandleAcks chooses the reason of puback',
    'customHandleAcks chooses the reason of pubrec',
    'a reason that may not be is an error',
    'servers are tried in turn',
    'subscribeBatchSize makes several SUBSCRIBEs of one call',
    'with manualConnect nothing happens before connect()',
    'cert and key make a connection secure',
    'cert and key, and no protocol: connect throws',
    'cert and key, and a protocol without TLS: connect throws',
  ],
  'the method or property is missing': [
    'a client is read for what it has on its way',
    'client.keepalive is in seconds',
    'client.keepalive is that of the server',
    'handleMessage holds the acknowledgement and the next message',
    'message ids in flight differ',
    'removeOutgoingMessage takes a message back',
    'reschedulePing puts the ping off',
    'sendPing sends PINGREQ',
    'serverProperties are those of CONNACK',
    'what handleMessage refuses is not acknowledged',
  ],
  'filters that are subscribed to are asked for again': [
    'subscribing in the connect listener asks once a connection',
    'what is subscribed to already is not asked for again',
  ],
  'end() forgets the subscriptions': ['reconnect() after end() makes the subscriptions again'],
  'autoUseTopicAlias assigns, too': [
    'autoUseTopicAlias uses what the application has named',
    'README: topic aliases that the application registers',
  ],
  'the options are a copy': ['connect(options) uses the very object'],
  'protocolId is not among the options': ['client.options has the options, and the defaults'],
  'a clientId that is no text throws': ['a clientId that is no text is replaced by a random one'],
  'an error of handleAuth leaves the connection to its timeout': [
    'an error of handleAuth is an error event, and ends the connection',
  ],
  'it is an Invalid property': ['authenticationData without a method is an error'],
  'reconnecting is true in the listener of offline': [
    'an outage is offline, close, reconnect, connect',
  ],
  'packet.length is missing': ['message has topic, payload and packet'],
  'the encoding is not known': ["payload.toString('latin1')"],
  'the host keeps its case': ['wxs://HOST/Path {} opens wss://host/Path'],
}

export const PENDING = new Map(
  Object.entries(REASONS).flatMap(([reason, names]) => names.map(name => [name, reason])),
)
