// A field unit over TCP for scenario tests: sends what it is told, collects what comes, answers requests by a function.

import net from 'node:net';
import tls from 'node:tls';
import { frame212 } from './program.mjs';

/** Beijing time as HJ 212 writes it, 14 digits. */
export const time212 = (date) => new Date(date.getTime() + 8 * 3600e3).toISOString().replace(/[-:T]/g, '').slice(0, 14);
/** The begin of the hour, in Beijing time as HJ 212 writes it. */
export const hour212 = (date) => `${time212(date).slice(0, 10)}0000`;

/** The header items and CP of a data segment. */
export function parts212(segment) {
  const header = Object.fromEntries(segment.slice(0, segment.indexOf('CP=&&')).split(';').filter(Boolean)
    .map((item) => [item.slice(0, item.indexOf('=')), item.slice(item.indexOf('=') + 1)]));
  const cp = /CP=&&(.*)&&$/s.exec(segment)?.[1] ?? '';
  return { ...header, cp, items: Object.fromEntries(cp.split(/[;,]/).filter(Boolean).map((item) => item.split('='))) };
}

/** What comes on a line, cut into messages. */
export class Line212 {
  text = '';

  * messages(text) {
    this.text += text;
    for (let match; (match = /##(\d{4})/.exec(this.text));) {
      const end = match.index + 6 + Number(match[1]);
      if (this.text.length < end + 6) return;
      const message = parts212(this.text.slice(match.index + 6, end));
      this.text = this.text.slice(end + 6);
      yield message;
    }
  }
}

export class Device {
  constructor({ mn, st = '32', password = '123456', flag = 5, onRequest = () => [] }) {
    Object.assign(this, { mn, st, password, flag, onRequest, received: [], waiting: [], line: new Line212(), serial: 0 });
  }

  async connect(port, { secure = null, localAddress } = {}) {
    this.closed = false;
    this.socket = secure ? tls.connect({ port, host: '127.0.0.1', ...secure }) : net.connect({ port, host: '127.0.0.1', localAddress });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (text) => this.#take(text));
    this.socket.on('error', () => {});
    this.ended = new Promise((resolve) => this.socket.on('close', () => { this.closed = true; resolve(); }));
    await new Promise((resolve, reject) => {
      this.socket.once(secure ? 'secureConnect' : 'connect', resolve);
      this.socket.once('error', reject);
    });
    return this;
  }

  segment(cn, cp, { qn, flag = this.flag, st = this.st } = {}) {
    const number = qn ?? `${time212(new Date())}${String(this.serial++ % 1000).padStart(3, '0')}`;
    return `QN=${number};ST=${st};CN=${cn};PW=${this.password};MN=${this.mn};Flag=${flag};CP=&&${cp}&&`;
  }

  /** Sends a message and waits for the answer with its QN. */
  async send(cn, cp, options = {}) {
    const segment = this.segment(cn, cp, options);
    const { QN } = parts212(segment);
    this.socket.write(frame212(segment));
    return this.until((message) => message.QN === QN && ['9011', '9013', '9014'].includes(message.CN), options.timeoutMs ?? 5000);
  }

  /** The first message, had or to come, that fits. */
  until(fits, timeoutMs = 5000) {
    const had = this.received.find(fits);
    if (had) return Promise.resolve(had);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.mn}: no such message within ${timeoutMs} ms`)), timeoutMs);
      this.waiting.push({ fits, resolve: (message) => { clearTimeout(timer); resolve(message); } });
    });
  }

  #take(text) {
    for (const message of this.line.messages(text)) {
      this.received.push(message);
      this.waiting = this.waiting.filter((one) => !(one.fits(message) && (one.resolve(message), true)));
      if (message.ST !== '91') for (const segment of this.onRequest(message, this)) this.socket.write(frame212(segment));
    }
  }

  close() { this.socket.destroy(); }
}

/** Accepts a request: 9011, what lies between, 9012. */
export function accepted(request, between = [], exeRtn = 1) {
  const ack = (cn, cp) => `QN=${request.QN};ST=91;CN=${cn};PW=${request.PW};MN=${request.MN};Flag=4;CP=&&${cp}&&`;
  return [ack('9011', 'QnRtn=1'), ...between, ack('9012', `ExeRtn=${exeRtn}`)];
}
