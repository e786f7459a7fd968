/**
 * What WeChat says when something fails: the texts of Android phones, whose sources are the
 * community's reports and the documented names of its WebSocket library's errors.
 */

/** For wx.connectSocket itself: `fail` gets "connectSocket:fail " and this. */
export const CONNECT = {
  domain: host => ({ errMsg: `url not in domain list:${host}`, errno: 600002 }),
  suspended: {
    errMsg:
      'jsapi has no permission, event=createSocketTask, runningState=suspend, ' +
      'permissionMsg=permission ok, detail=network api interrupted in suspend state',
  },
  tooMany: { errMsg: 'exceed max concurrent count' },
}

/** For SocketTask.onError, before the socket is open. */
export const HANDSHAKE = {
  certificate: 'exception onOpen fail code:8, msg:TLS handshake failed',
  status: 'exception onOpen fail code:20, msg:Invalid HTTP status.',
  timeout: 'connect response time out',
  transport: 'exception onOpen fail code:2, msg:Underlying Transport Error',
}

/** For SocketTask.onError, on an open socket. */
export const LOST = {
  abnormal: 'abnormal closure',
  offline: 'network is down',
}

/** For TCPSocket.onError, before the socket is open. */
export const TCP = {
  address: { errCode: -4, errMsg: 'invalid address' },
  offline: { errCode: -2, errMsg: 'connect socket fail: errno:101 errmsg:Network is unreachable' },
  port: { errCode: 2, errMsg: 'fail parameter error: port' },
  refused: { errCode: -2, errMsg: 'connect socket fail: errno:111 errmsg:Connection refused' },
  suspended: { errCode: -2, errMsg: 'network api interrupted in suspend state' },
  timeout: { errCode: -2, errMsg: 'connect socket fail: errno:110 errmsg:Connection timed out' },
}

/** For wx.request: `fail` gets "request:fail " and this. */
export const REQUEST = {
  certificate: cronet(-202, 'ERR_CERT_AUTHORITY_INVALID'),
  domain: host => ({ errMsg: `url not in domain list:${host}`, errno: 600002 }),
  offline: cronet(-106, 'ERR_INTERNET_DISCONNECTED'),
  refused: cronet(-102, 'ERR_CONNECTION_REFUSED'),
}

/** For wx.setStorageSync, which throws it. */
export const STORAGE_FULL = 'setStorageSync:fail exceed storage max size 10Mb'

function cronet(code, name) {
  return {
    errMsg: `errcode:${code} cronet_error_code:${code} error_msg:net::${name}`,
    errno: 600001,
  }
}
