// MQTT 5.0 的发布属性，来自表单；没填的不带

/** user 是几行「名=值」 */
export function propertiesFrom({ contentType, responseTopic, expiry, user }) {
  const properties = {}
  if (contentType) properties.contentType = contentType
  if (responseTopic) properties.responseTopic = responseTopic
  if (Number(expiry) > 0) properties.messageExpiryInterval = Number(expiry)
  const pairs = user.split('\n').filter(line => line.indexOf('=') > 0)
  if (pairs.length > 0) properties.userProperties = userProperties(pairs)
  return properties
}

// 同名的值放在一起
function userProperties(pairs) {
  return pairs.reduce((found, line) => {
    const at = line.indexOf('=')
    const [name, value] = [line.slice(0, at).trim(), line.slice(at + 1).trim()]
    const before = found[name] === undefined ? [] : found[name]
    const values = [].concat(before, value)
    return Object.assign(found, { [name]: values.length > 1 ? values : value })
  }, {})
}
