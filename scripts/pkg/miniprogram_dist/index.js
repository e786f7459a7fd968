// 构建 npm 之后的入口。 The entry after 构建 npm, where no package.json is read.
module.exports = require('./mqtt.min.js')
