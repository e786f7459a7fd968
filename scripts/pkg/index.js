// Node.js 与打包工具的入口。 The entry for Node.js and bundlers.
// Node.js 由下列赋值得知 import { … } 可用的名称。 By these assignments Node.js knows the names for import { … }.
exports.connect = exports.connectAsync = exports.forget = undefined
exports.Client = exports.MqttClient = exports.Store = exports.KeepaliveManager = undefined
exports.DefaultMessageIdProvider = exports.UniqueMessageIdProvider = undefined
exports.ErrorWithReasonCode = exports.ErrorWithSubackPacket = exports.ReasonCodes = undefined
exports.MQTTJS_VERSION = exports.easemob = exports.text = exports.json = undefined
exports.validateTopic = exports.validateTopics = exports.nextTick = exports.applyMixin = undefined
module.exports = require('./miniprogram_dist/mqtt.min.js')
