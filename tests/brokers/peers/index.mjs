/** All brokers that the conversation is held with, the usual ones first. */
import aedes from './aedes.mjs'
import amqtt from './amqtt.mjs'
import ejabberd from './ejabberd.mjs'
import mosquitto from './mosquitto.mjs'
import mqttv5Cli from './mqttv5-cli.mjs'
import nats from './nats.mjs'
import rabbitmq from './rabbitmq.mjs'
import rmqtt from './rmqtt.mjs'
import rumqttd from './rumqttd.mjs'

export const PEERS = [mosquitto, aedes, nats, rabbitmq, ejabberd, mqttv5Cli, rmqtt, rumqttd, amqtt]
