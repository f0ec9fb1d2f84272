// Devices under load for scenario tests: each sends numbered messages, keeps what was not answered, and sends it again
// on the next connection, as field units do.

import net from 'node:net';
import { frame212, sleep } from './program.mjs';
import { Line212, time212 } from './device.mjs';

export class LoadDevice {
  /** `begin`: the DataTime of message 0; each further one is a second later. Its value is its number. */
  constructor({ mn, begin, window = 16, password = '123456' }) {
    Object.assign(this, { mn, begin, window, password, next: 0, answered: new Set(), waiting: [], refused: 0, running: false });
  }

  #time(number) { return time212(new Date(this.begin + number * 1000)); }
  #qn(number) { return `${this.#time(number)}${String(number % 1000).padStart(3, '0')}`; }

  frame(number) {
    const time = this.#time(number);
    return frame212(`QN=${this.#qn(number)};ST=32;CN=2011;PW=${this.password};MN=${this.mn};Flag=5;` +
      `CP=&&DataTime=${time};w01018-Rtd=${number},w01018-Flag=N&&`);
  }

  /** Sends until stop(); connects again, for ever, where the connection is lost. */
  async run(port, { pauseMs = 0 } = {}) {
    this.running = true;
    this.pauseMs = pauseMs;
    while (this.running) {
      await new Promise((resolve) => {
        this.line = new Line212();
        this.socket = net.connect({ port, host: '127.0.0.1' }, () => {
          for (const number of this.waiting) this.socket.write(this.frame(number));
          this.#more();
        });
        this.socket.setEncoding('latin1');
        this.socket.on('data', (text) => { this.#take(text); this.#more(); });
        this.socket.on('error', () => {});
        this.socket.on('close', resolve);
      });
      if (this.running) await sleep(50);
    }
  }

  /** Sends no new messages; what waits for its answer may still get it. */
  pause() { this.paused = true; }
  stop() { this.running = false; this.socket?.destroy(); }

  #more() {
    while (!this.paused && this.waiting.length < this.window && !this.socket.writableNeedDrain && !this.socket.destroyed) {
      if (this.pauseMs > 0 && this.timer) return;
      this.waiting.push(this.next);
      this.socket.write(this.frame(this.next));
      this.next += 1;
      if (this.pauseMs > 0) this.timer = setTimeout(() => { this.timer = null; this.#more(); }, this.pauseMs);
    }
  }

  #take(text) {
    for (const message of this.line.messages(text)) {
      if (message.CN === '9011') this.refused += 1;
      if (message.CN !== '9014') continue;
      const at = this.waiting.findIndex((number) => this.#qn(number) === message.QN);
      if (at < 0) continue;
      this.answered.add(this.waiting[at]);
      this.waiting.splice(at, 1);
    }
  }
}

/** The values of the load devices in an exported archive: for each MN a map from message number to how often it is there;
 *  a value that is not its number is an error. */
export function storedNumbers(csv, devices) {
  const [header, ...rows] = csv.trim().split('\n').map((line) => line.split(','));
  const column = Object.fromEntries(header.map((name, i) => [name, i]));
  const bySite = new Map(devices.map((device) => [`out.${device.mn}`, device]));
  const stored = new Map(devices.map((device) => [device.mn, new Map()]));
  for (const cell of rows) {
    const device = bySite.get(cell[column.site]);
    if (!device) continue;
    const number = (Date.parse(cell[column.time]) - device.begin) / 1000;
    if (Number(cell[column.value]) !== number) throw new Error(`${device.mn}: ${cell[column.value]} stands at message ${number}`);
    const numbers = stored.get(device.mn);
    numbers.set(number, (numbers.get(number) ?? 0) + 1);
  }
  return stored;
}

export const registration = (devices) => ({
  method: 'POST',
  body: JSON.stringify({
    who: 'Li', why: 'scenario',
    devices: devices.map(({ mn, password }) => ({ mn, password, site: `out.${mn}`, system_code: '32' })),
    sites: devices.map(({ mn }) => ({ id: `out.${mn}`, kind: 'outlet', name_zh: '测试排口', name_en: 'Test outlet', lon: 117.2, lat: 29.3 })),
  }),
});
