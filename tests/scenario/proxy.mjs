// A TCP line between field units and the gateway that does what bad lines do, by a seed. It knows the frames of the units
// (which leave them whole), so that it can say for each what became of it.

import net from 'node:net';
import { crc212 } from './program.mjs';

/** Numbers in [0, 1) from a seed, the same in every run (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Whether a receiver could take the damaged frame for another message than was meant. The checksum of HJ 212 has 256
 * values: it finds every single changed byte, and of all other damage all but one in 256. What a receiver cannot know,
 * a test cannot ask of it: such damage is drawn again. It looks at every && with four digits behind it, as a receiver
 * that mends wrong lengths does.
 */
export function misleads(damaged, clean) {
  const text = damaged.toString('latin1');
  const meant = clean.toString('latin1', 6, clean.length - 6);
  for (let start = text.indexOf('##'); start >= 0; start = text.indexOf('##', start + 1)) {
    for (let end = text.indexOf('&&', start + 6); end >= 0; end = text.indexOf('&&', end + 1)) {
      const segment = text.slice(start + 6, end + 2);
      const given = text.slice(end + 2, end + 6);
      if (!/^[0-9A-Fa-f]{4}$/.test(given) || segment === meant) continue;
      if (crc212(Buffer.from(segment, 'latin1')) === given.toUpperCase()) return true;
    }
  }
  return false;
}

const later = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/**
 * `faults`: shares of frames for drop (1 to 4 bytes lost), corrupt (one byte changed), cut (the connection breaks inside
 * the frame), loseAnswer, corruptAnswer; and for all frames split (each byte by itself), join (frames of 30 ms in one
 * piece), delayMs (up to so much, in order). `deaf`: nothing reaches the gateway; `mute`: no answer comes back.
 */
export class Proxy {
  static async start(target, seed, faults = {}) {
    const proxy = new Proxy();
    Object.assign(proxy, { target, faults, random: seeded(seed), sockets: new Set() });
    proxy.counts = { connections: 0, frames: 0, drop: 0, corrupt: 0, cut: 0, answers: 0, loseAnswer: 0, corruptAnswer: 0, redrawn: 0 };
    proxy.server = net.createServer({ noDelay: true }, (device) => proxy.#serve(device));
    await new Promise((resolve) => { proxy.server.listen(0, '127.0.0.1', resolve); });
    proxy.port = proxy.server.address().port;
    return proxy;
  }

  async stop() {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => { this.server.close(resolve); });
  }

  #hits(name) {
    const hit = this.random() < (this.faults[name] ?? 0);
    if (hit) this.counts[name] += 1;
    return hit;
  }

  #serve(device) {
    this.counts.connections += 1;
    const gateway = net.connect({ port: this.target, host: '127.0.0.1', noDelay: true });
    const end = () => { device.destroy(); gateway.destroy(); };
    for (const socket of [device, gateway]) {
      this.sockets.add(socket);
      socket.on('close', () => { this.sockets.delete(socket); end(); });
      socket.on('error', end);
    }
    const towards = this.#stream((frame) => this.#send(frame, gateway, end));
    const back = this.#stream((frame) => this.#answer(frame, device));
    device.on('data', (bytes) => { if (!this.faults.deaf) towards(bytes); });
    gateway.on('data', (bytes) => { if (!this.faults.mute) back(bytes); });
  }

  /** Cuts whole frames out of a stream that is in order and hands them on one after the other. */
  #stream(hand) {
    let held = Buffer.alloc(0);
    let line = Promise.resolve();
    return (bytes) => {
      held = Buffer.concat([held, bytes]);
      while (held.length >= 6) {
        const length = Number(held.toString('latin1', 2, 6)) + 12;
        if (held.toString('latin1', 0, 2) !== '##' || !(length >= 12)) throw new Error(`the stream is out of order: ${held.toString('latin1', 0, 80)}`);
        if (held.length < length) return;
        const frame = held.subarray(0, length);
        held = held.subarray(length);
        line = line.then(() => hand(frame)).catch(() => {});
      }
    };
  }

  #damaged(frame, draw) {
    for (;;) {
      const damaged = draw();
      if (!misleads(damaged, frame)) return damaged;
      this.counts.redrawn += 1;
    }
  }

  /** One byte changed, not in the line end, which nothing guards. */
  #corrupted(frame) {
    return this.#damaged(frame, () => {
      const damaged = Buffer.from(frame);
      damaged[Math.floor(this.random() * (frame.length - 2))] ^= 1 + Math.floor(this.random() * 255);
      return damaged;
    });
  }

  #shortened(frame) {
    return this.#damaged(frame, () => {
      const at = Math.floor(this.random() * (frame.length - 8));
      return Buffer.concat([frame.subarray(0, at), frame.subarray(at + 1 + Math.floor(this.random() * 4))]);
    });
  }

  async #send(frame, gateway, end) {
    this.counts.frames += 1;
    let bytes = frame;
    if (this.#hits('corrupt')) bytes = this.#corrupted(frame);
    else if (this.#hits('drop')) bytes = this.#shortened(frame);
    if (this.faults.delayMs) await later(this.random() * this.faults.delayMs);
    if (this.#hits('cut')) {
      gateway.end(bytes.subarray(0, 1 + Math.floor(this.random() * (frame.length - 3))), end);
      return;
    }
    if (this.faults.split) {
      for (const byte of bytes) {
        if (gateway.destroyed) return;
        gateway.write(Buffer.of(byte));
        await new Promise(setImmediate);
      }
    } else if (this.faults.join) {
      gateway.joined ??= [];
      gateway.joined.push(bytes);
      if (gateway.joined.length > 1) return;
      setTimeout(() => { gateway.write(Buffer.concat(gateway.joined)); gateway.joined = []; }, 30);
    } else {
      gateway.write(bytes);
    }
  }

  #answer(frame, device) {
    this.counts.answers += 1;
    if (this.#hits('loseAnswer')) return;
    device.write(this.#hits('corruptAnswer') ? this.#corrupted(frame) : frame);
  }
}
