/** Every text of the page, in both languages. What `wx` says is not translated. */

const zh = {
  title: '演练场',
  light: '浅色',
  dark: '深色',
  secondPhone: '第二部手机',
  serverGone: '与演练场的连接已断开：请确认命令仍在运行。',
  phones: { a: '手机 A', b: '手机 B' },
  appName: 'MQTT 小程序',
  killed: '小程序已被杀掉，点图标再打开',
  inBackground: ({ ms, isSuspended }) =>
    `后台 ${duration(ms, '秒', '分钟')}${isSuspended ? '：小程序已挂起' : ''}`,
  begin: '在手机上依次点「获取Token」「连接」「订阅」，再拨一个开关，看它怎样恢复。',
  server: '服务器',
  pings: '心跳',
  clear: '清空',
  noRows: '手机连接后，这里会出现来往的每个报文。点一行看详情。',
  lastMinute: '最近一分钟：连接状态与报文',
  waiting: '路上',
  lost: '丢失',
  late: ms => `晚到 ${ms} 毫秒`,
  backend: '后台发布',
  topic: '主题',
  payload: '内容',
  publish: '发布',
  states: {
    idle: '未连接',
    connecting: '正在连接',
    connected: '已连接',
    waiting: '重连中',
    stopped: '已停止',
    killed: '未运行',
  },
  nextAttempt: seconds => `${seconds} 秒后重试`,
  ofHint: hint => bothLanguages(hint)[0],
  counts: { connects: '连接', retries: '重试', errors: '错误', messages: '收到' },
  groups: {
    background: '后台',
    life: '小程序',
    network: '网络',
    server: '服务器',
    handshake: '握手',
    platform: '微信',
  },
  sources: { phone: 'wx', client: '客户端', server: '服务器' },
  switched: (group, label, on) => `${group}：${label}${on ? '' : '，恢复'}`,
  isFinal: '不再重试',
  switches: {
    background3s: {
      label: '3 秒',
      explained: '切到后台 3 秒：小程序仍在运行，连接不断。',
    },
    background20s: {
      label: '20 秒',
      explained:
        '5 秒后微信挂起小程序并断网；像 iPhone 那样，onClose 不再触发。返回后 300 毫秒内网络仍被拒绝。',
    },
    background40min: {
      label: '40 分钟',
      explained:
        '手机时钟前进 40 分钟，其间定时器不走；返回后才触发 onClose {1000, "interrupted"}。',
    },
    skip: {
      label: '快进 1 分钟',
      explained: '手机时钟前进 1 分钟，到期的定时器依次触发：不必干等心跳超时或下次重连。',
    },
    kill: {
      label: '杀掉',
      explained: '小程序被杀掉，内存清空，连接断开；本地缓存和服务器上的会话还在。',
    },
    launch: { label: '打开', explained: '重新打开小程序，再获取 Token 并连接。' },
    offline: {
      label: '断网',
      explained: '连接以 network is down 结束；onNetworkStatusChange 报告 none，恢复时报告 wifi。',
    },
    handover: {
      label: 'Wi-Fi → 4G',
      explained: '旧连接悄悄失效：收不到，也不报错。只有 onNetworkStatusChange 报告网络换成了 4g。',
    },
    slow: { label: '慢速线路', explained: '单程延迟 800 毫秒，每秒 2 kB。' },
    restart: {
      label: '重启服务器',
      explained: '所有连接异常断开，2.5 秒内连不上；服务器保留会话。',
    },
    silent: {
      label: '服务器无响应',
      explained: '连接还在，但什么也不回：等心跳超时，或点「快进 1 分钟」。新连接等不到 CONNACK。',
    },
    expire: {
      label: 'Token 过期',
      explained: '所有 Token 失效，连接断开；再连时 CONNACK 返回 5。重新获取 Token 后再连接。',
    },
    http401: { label: '401', explained: 'WebSocket 握手得到 HTTP 401；真机只说 HTTP 状态不对。' },
    http403: { label: '403', explained: 'WebSocket 握手得到 HTTP 403；真机只说 HTTP 状态不对。' },
    http404: {
      label: '404',
      explained: 'WebSocket 握手得到 HTTP 404：路径写错时常见；真机只说 HTTP 状态不对。',
    },
    certificate: { label: '证书无效', explained: '连接断开；再连时 TLS 握手失败，请求也失败。' },
    domain: {
      label: '域名未登记',
      explained: '连接断开；再连和请求时，域名不在小程序后台的合法域名里。',
    },
    sockets: {
      label: '第 6 个连接',
      explained: '连接断开；小程序的其他部分已占满 5 个 WebSocket，再连就是第 6 个。',
    },
    wasm: { label: 'wasm 缺失', explained: '代码包里没有 mqtt.wasm.br。切换时小程序会重新打开。' },
    storage: { label: '存储已满', explained: 'wx.setStorageSync 抛出错误：10 MB 已用完。' },
  },
  events: {
    phone: {
      launched: '小程序启动',
      killed: '小程序结束',
      hide: '进入后台',
      suspend: '小程序被挂起',
      show: '回到前台',
      network: '网络变为',
      connect: 'connectSocket',
      open: 'onOpen',
      error: 'onError',
      close: 'onClose',
      fail: 'fail',
    },
    server: {
      http: '拒绝握手',
      malformed: '收到的不是 MQTT',
      published: '后台发布',
      failed: '出错',
    },
  },
  eventTexts: { hide: ms => duration(ms, '秒', '分钟') },
}

const en = {
  title: 'playground',
  light: 'Light',
  dark: 'Dark',
  secondPhone: 'Second phone',
  serverGone: 'The playground does not answer: is the command still running?',
  phones: { a: 'Phone A', b: 'Phone B' },
  appName: 'MQTT mini-program',
  killed: 'The app was killed. Tap its icon to open it again.',
  inBackground: ({ ms, isSuspended }) =>
    `In the background for ${duration(ms, 's', 'min')}${isSuspended ? ': suspended' : ''}`,
  begin:
    'On the phone tap 获取Token (get token), 连接 (connect), 订阅 (subscribe). Then flip a switch, and watch it recover.',
  server: 'Server',
  pings: 'Pings',
  clear: 'Clear',
  noRows: 'Once a phone connects, every packet shows up here. Click one for details.',
  lastMinute: 'The last minute: connection state and packets',
  waiting: 'on the way',
  lost: 'lost',
  late: ms => `${ms} ms late`,
  backend: 'Backend',
  topic: 'Topic',
  payload: 'Payload',
  publish: 'Publish',
  states: {
    idle: 'Not connected',
    connecting: 'Connecting',
    connected: 'Connected',
    waiting: 'Reconnecting',
    stopped: 'Stopped',
    killed: 'Not running',
  },
  nextAttempt: seconds => `retry in ${seconds} s`,
  ofHint: hint => bothLanguages(hint)[1],
  counts: { connects: 'Connects', retries: 'Retries', errors: 'Errors', messages: 'Received' },
  groups: {
    background: 'Background',
    life: 'App',
    network: 'Network',
    server: 'Server',
    handshake: 'Handshake',
    platform: 'WeChat',
  },
  sources: { phone: 'wx', client: 'client', server: 'server' },
  switched: (group, label, on) => `${group}: ${label}${on ? '' : ', off'}`,
  isFinal: 'final',
  switches: {
    background3s: {
      label: '3 s',
      explained: 'Three seconds in the background: the app goes on, the connection stays.',
    },
    background20s: {
      label: '20 s',
      explained:
        'After 5 s WeChat suspends the app and its network. As on iPhones, onClose never fires. For 300 ms after the return the network is still refused.',
    },
    background40min: {
      label: '40 min',
      explained:
        'The phone’s clock moves on by 40 minutes while timers stand still; onClose {1000, "interrupted"} fires on the return.',
    },
    skip: {
      label: 'Skip 1 min',
      explained:
        'The phone’s clock moves on by a minute and timers fire in order: no waiting for keep alive or the next attempt.',
    },
    kill: {
      label: 'Kill',
      explained:
        'The app is killed: memory and connection are gone, storage and the session on the server remain.',
    },
    launch: { label: 'Open', explained: 'Opens the app again; get a token and connect.' },
    offline: {
      label: 'No network',
      explained:
        'The connection ends with “network is down”; onNetworkStatusChange reports none, and wifi when it is back.',
    },
    handover: {
      label: 'Wi-Fi → 4G',
      explained:
        'The old connection dies in silence. Only onNetworkStatusChange tells that the network is 4g now.',
    },
    slow: { label: 'Slow line', explained: '800 ms each way, and 2 kB a second.' },
    restart: {
      label: 'Restart server',
      explained: 'All connections break, for 2.5 s nobody can connect; the server keeps sessions.',
    },
    silent: {
      label: 'Server silent',
      explained:
        'Connections stay, but nothing comes back: wait for keep alive, or skip a minute. New connections get no CONNACK.',
    },
    expire: {
      label: 'Token expired',
      explained:
        'All tokens are void and connections are dropped; the next CONNACK says 5. Get a new token and connect.',
    },
    http401: {
      label: '401',
      explained:
        'The WebSocket handshake gets HTTP 401; a phone only says that the status is wrong.',
    },
    http403: {
      label: '403',
      explained:
        'The WebSocket handshake gets HTTP 403; a phone only says that the status is wrong.',
    },
    http404: {
      label: '404',
      explained:
        'The WebSocket handshake gets HTTP 404, as with a wrong path; a phone only says that the status is wrong.',
    },
    certificate: {
      label: 'Bad certificate',
      explained: 'The connection breaks; from now on TLS handshakes fail, and so do requests.',
    },
    domain: {
      label: 'Domain not listed',
      explained:
        'The connection breaks; the domain is missing from the list in the mini-program console.',
    },
    sockets: {
      label: 'Sixth socket',
      explained:
        'The connection breaks; other parts of the app hold all five WebSockets, so the next is the sixth.',
    },
    wasm: {
      label: 'wasm missing',
      explained: 'The package lacks mqtt.wasm.br. Flipping this opens the app anew.',
    },
    storage: {
      label: 'Storage full',
      explained: 'wx.setStorageSync throws: all of the 10 MB are taken.',
    },
  },
  events: {
    phone: {
      launched: 'app launched',
      killed: 'app ended',
      hide: 'to the background for',
      suspend: 'app suspended',
      show: 'back in the foreground',
      network: 'network is',
      connect: 'connectSocket',
      open: 'onOpen',
      error: 'onError',
      close: 'onClose',
      fail: 'fail',
    },
    server: {
      http: 'handshake refused',
      malformed: 'this is not MQTT',
      published: 'backend publishes',
      failed: 'failed',
    },
  },
  eventTexts: { hide: ms => duration(ms, 's', 'min') },
}

export const texts = { zh, en }

function duration(ms, seconds, minutes) {
  return ms < 60_000 ? `${ms / 1000} ${seconds}` : `${ms / 60_000} ${minutes}`
}

/** A hint of the library says it in Chinese, then in English. */
function bothLanguages(hint) {
  const [, chinese = hint, english = hint] = /^(.*[。；）]) ([A-Za-z`].*)$/s.exec(hint) ?? []
  return [chinese, english]
}
