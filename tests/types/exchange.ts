/** Values of the types of MQTT.js, given to this package; and its values, where those of MQTT.js are expected. */
import type * as theirs from 'mqtt'
import type * as ours from 'mqtt-miniprogram'

type Assignable<To, From extends To> = [From, To]

/**
 * Options that are data. The others name the client, which is another class here, or are those of Node's
 * sockets; written-for-mqtt/ has them.
 */
type Data<T> = Omit<
  T,
  | 'createWebsocket'
  | 'customHandleAcks'
  | 'incomingStore'
  | 'outgoingStore'
  | 'transformWsUrl'
  | 'wsOptions'
>
/**
 * SUBSCRIBE has one subscription identifier, and IProperties a list of those of PUBLISH, too; UNSUBACK has
 * reason codes in MQTT 5.0 alone, and in those of MQTT.js always.
 */
type Packets = Exclude<ours.Packet, ours.ISubscribePacket | ours.IUnsubackPacket>

export type Given = [
  Assignable<Data<ours.IClientOptions>, Data<theirs.IClientOptions>>,
  Assignable<ours.IClientPublishOptions, theirs.IClientPublishOptions>,
  Assignable<ours.IClientSubscribeOptions, theirs.IClientSubscribeOptions>,
  Assignable<ours.IClientUnsubscribeProperties, theirs.IClientUnsubscribeProperties>,
  Assignable<ours.ISubscriptionMap, theirs.ISubscriptionMap>,
  Assignable<ours.ISubscriptionRequest, theirs.ISubscriptionRequest>,
  Assignable<ours.ISecureClientOptions, theirs.ISecureClientOptions>,
  Assignable<ours.IDisconnectOptions, Partial<theirs.IDisconnectPacket>>,
  Assignable<ours.IPublishPacket, theirs.IPublishPacket>,
  Assignable<ours.IConnackPacket, theirs.IConnackPacket>,
  Assignable<ours.AckHandler, theirs.AckHandler>,
  Assignable<ours.AnyCallback, theirs.PacketCallback>,
  Assignable<ours.EndCallback, theirs.DoneCallback>,
  Assignable<ours.DoneCallback, theirs.DoneCallback>,
  Assignable<ours.Timer, theirs.Timer>,
  Assignable<ours.MqttProtocol, theirs.MqttProtocol>,
]

/** What an application receives. */
export type Received = [
  Assignable<theirs.Packet, Packets>,
  Assignable<theirs.IPublishPacket, ours.IPublishPacket>,
  Assignable<theirs.IConnackPacket, ours.IConnackPacket>,
  Assignable<theirs.IDisconnectPacket, ours.IDisconnectPacket>,
  Assignable<Buffer, ours.Payload>,
  Assignable<ours.Payload, Buffer>,
  Assignable<Omit<theirs.ISubscriptionGrant, 'qos'>, Omit<ours.ISubscriptionGrant, 'qos'>>,
  Assignable<Error | theirs.ErrorWithReasonCode, ours.MqttError>,
  Assignable<theirs.MqttProtocol, ours.MqttProtocol>,
  Assignable<keyof ours.MqttEvents, keyof theirs.MqttClientEventCallbacks>,
]

/** The events whose listeners, as MQTT.js declares them, are not taken. */
type Refused = {
  [
    Event in keyof theirs.MqttClientEventCallbacks
  ]: theirs.MqttClientEventCallbacks[Event] extends ours.MqttEvents[Event] ? never : Event
}[keyof theirs.MqttClientEventCallbacks]
export type OnlyForThose = Assignable<'packetsend' | 'packetreceive', Refused>
