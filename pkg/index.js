// 构建npm 之后的入口。 The entry in miniprogram_npm, where no manifest is read.
module.exports = require('./mqtt.min.js')
