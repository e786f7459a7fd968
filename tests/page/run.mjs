/**
 * The tests of the app: a script taps the unmodified pages in Chromium, against aedes over ws and
 * against Debian's mosquitto over wss.
 *
 *     node tests/page/run.mjs [--root FOLDER] [--client FILE] [--screenshot FILE]
 *
 * `--root` is the mini-program's folder: another than miniprogram/ is what WeChat's compiler made of
 * it, say. `--client` puts another file in the place of utils/mqtt.min.js: MQTT.js, say, whose API the
 * page of the guide keeps to, so that only its tests are run. `--screenshot` keeps a picture of that
 * page after a whole run; pictures of all pages are left in target/screens/.
 */
import { options } from './app.mjs'

await import('./app-guide.mjs')
if (!options.client) {
  await import('./app-console.mjs')
  await import('./app-diagnosis.mjs')
  await import('./app-lan.mjs')
  await import('./app-traffic.mjs')
  await import('./app-looks.mjs')
}
