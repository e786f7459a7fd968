/**
 * Odd messages that another publisher can send: topics, properties and payloads. Each has `topic`, the
 * end of its topic, `properties` (MQTT 5.0) and `payload`, as bytes.
 */
import { field } from '../raw-client.mjs'

const PAYLOAD_FORMAT = 0x01
const CONTENT_TYPE = 0x03
const RESPONSE_TOPIC = 0x08
const CORRELATION_DATA = 0x09
const USER_PROPERTY = 0x26

const text = string => Buffer.from(string)
const join = (...parts) => Buffer.concat(parts.map(part => Buffer.from(part)))

/** Texts that [MQTT-1.5.4-1] and [MQTT-1.5.4-2] forbid, or that look as if they were. */
const TEXTS = [
  ['U+0000', { zh: '含 U+0000', en: 'with U+0000' }, join('a', [0], 'b')],
  ['U+0001', { zh: '含控制字符', en: 'with a control character' }, join('a', [1], 'b')],
  ['U+FEFF', { zh: '以 U+FEFF 开头', en: 'beginning with U+FEFF' }, text('\ufeffab')],
  ['U+FFFF', { zh: '含非字符 U+FFFF', en: 'with U+FFFF' }, text('a\uffffb')],
  ['surrogate', { zh: '含代理项', en: 'with a surrogate' }, join('a', [0xed, 0xa0, 0x80], 'b')],
  ['overlong', { zh: '含过长编码', en: 'with an overlong form' }, join('a', [0xc0, 0x80], 'b')],
  ['invalid', { zh: '非法 UTF-8', en: 'of invalid UTF-8' }, join('a', [0xff], 'b')],
  ['truncated', { zh: '截断的 UTF-8', en: 'of truncated UTF-8' }, join('a', [0xe4, 0xbd])],
]

const PLACES = [
  ['topic', { zh: '主题', en: 'Topic' }, bytes => ({ topic: bytes })],
  [
    'responseTopic',
    { zh: '响应主题', en: 'Response topic' },
    bytes => ({ properties: join([RESPONSE_TOPIC], field(bytes)) }),
  ],
  [
    'contentType',
    { zh: '内容类型', en: 'Content type' },
    bytes => ({ properties: join([CONTENT_TYPE], field(bytes)) }),
  ],
  [
    'userProperty',
    { zh: '用户属性', en: 'User property' },
    bytes => ({ properties: join([USER_PROPERTY], field(bytes), field(bytes)) }),
  ],
]

const userProperty = join([USER_PROPERTY], field(text('k')), field(text('v')))

const OTHERS = [
  ['wildcard #', { zh: '主题：含 #', en: 'Topic with #' }, { topic: text('a/#') }],
  ['wildcard +', { zh: '主题：含 +', en: 'Topic with +' }, { topic: text('+/a') }],
  ['long topic', { zh: '主题：60 kB', en: 'Topic of 60 kB' }, { topic: text('t'.repeat(60_000)) }],
  [
    'levels',
    { zh: '主题：1000 级', en: 'Topic of 1000 levels' },
    { topic: text('l/'.repeat(1000)) },
  ],
  [
    'response topic #',
    { zh: '响应主题：含 #', en: 'Response topic with #' },
    { properties: join([RESPONSE_TOPIC], field(text('a/#'))) },
  ],
  [
    'empty response topic',
    { zh: '响应主题：空', en: 'Empty response topic' },
    { properties: join([RESPONSE_TOPIC], field([])) },
  ],
  [
    'two content types',
    { zh: '内容类型：两次', en: 'Content type twice' },
    {
      properties: join([CONTENT_TYPE], field(text('a')), [CONTENT_TYPE], field(text('b'))),
    },
  ],
  [
    'payload format 1',
    { zh: '内容：声明为 UTF-8 而不是', en: 'Payload said to be UTF-8 that is not' },
    { properties: Buffer.of(PAYLOAD_FORMAT, 1), payload: Buffer.of(0xff, 0xfe) },
  ],
  [
    'payload format 2',
    { zh: '内容格式：2', en: 'Payload format 2' },
    { properties: Buffer.of(PAYLOAD_FORMAT, 2) },
  ],
  [
    'correlation data',
    { zh: '关联数据：65535 字节', en: 'Correlation data of 65535 bytes' },
    { properties: join([CORRELATION_DATA], field(Buffer.alloc(65_535))) },
  ],
  [
    'user properties',
    { zh: '用户属性：20000 条', en: '20,000 user properties' },
    { properties: Buffer.concat(Array(20_000).fill(userProperty)) },
  ],
  [
    'payload bytes',
    { zh: '内容：非法 UTF-8', en: 'Payload of invalid UTF-8' },
    { payload: Buffer.of(0xff, 0xfe, 0) },
  ],
  [
    'payload 17 MiB',
    { zh: '内容：17 MiB', en: 'Payload of 17 MiB' },
    { payload: Buffer.alloc(17 << 20) },
  ],
]

export const POISON = [
  ...PLACES.flatMap(([place, what, put]) =>
    TEXTS.map(([name, how, bytes]) => ({
      name: `${place} ${name}`,
      title: { zh: `${what.zh}：${how.zh}`, en: `${what.en} ${how.en}` },
      ...put(bytes),
    })),
  ),
  ...OTHERS.map(([name, title, message]) => ({ name, title, ...message })),
]

/** The messages that can be sent in one version. */
export function poisonFor(version) {
  return POISON.filter(({ properties }) => version === 5 || !properties)
}
