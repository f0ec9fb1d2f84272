// Starts and stops the built program for scenario tests, on free loopback ports, in a folder of its own.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, readFileSync, openSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
export const program = process.env.CELADON_PROGRAM ?? path.join(root, 'build/release/celadon');

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function temporaryFolder(name) {
  return mkdtempSync(path.join(os.tmpdir(), `celadon-${name}-`));
}

/** A serving Celadon. `options`: extra arguments and environment; data folder kept between starts when given; ports that
 *  a start before had. */
export class Served {
  static async start({ data, args = [], keepRunning = false, env = {}, port, gatewayPort } = {}) {
    const served = new Served();
    served.ownsData = data === undefined;
    served.data = data ?? temporaryFolder('serve');
    served.port = port ?? await freePort();
    served.gatewayPort = gatewayPort ?? await freePort();
    served.url = `http://127.0.0.1:${served.port}`;
    mkdirSync(served.data, { recursive: true });
    served.log = path.join(served.data, 'serve.log');
    const out = openSync(served.log, 'a');
    const all = ['serve', '--data', served.data, '--port', served.port, '--gateway-port', served.gatewayPort, ...args];
    if (keepRunning) all.push('--keep-running');
    served.child = spawn(program, all.map(String), { stdio: ['ignore', out, out], cwd: root, env: { ...process.env, ...env } });
    served.exited = new Promise((resolve) => served.child.on('exit', (code, signal) => resolve({ code, signal })));
    await served.untilHealthy();
    return served;
  }

  async untilHealthy(seconds = 60) {
    const until = Date.now() + seconds * 1000;
    while (Date.now() < until) {
      try {
        const reply = await fetch(`${this.url}/healthz`);
        if (reply.ok) return;
      } catch { /* not there yet */ }
      if (this.child.exitCode !== null) break;
      await sleep(10);
    }
    throw new Error(`the server did not become healthy; its log:\n${readFileSync(this.log, 'utf8').slice(-4000)}`);
  }

  async json(pathname, options) {
    const reply = await fetch(this.url + pathname, options);
    const body = await reply.json();
    if (!reply.ok) throw Object.assign(new Error(`${pathname}: ${reply.status} ${body.detail}`), { status: reply.status, body });
    return body;
  }

  /** The process that serves, which is a child of ours when it is kept running. */
  servingPid() {
    return Number(readFileSync(path.join(this.data, 'celadon.pid'), 'utf8'));
  }

  async stop() {
    this.child.kill('SIGTERM');
    const end = await this.exited;
    if (this.ownsData) rmSync(this.data, { recursive: true, force: true });
    return end;
  }
}

/** A front before a server's socket, once it lets devices in. */
export class Front {
  static async start(to, { port, args = [] } = {}) {
    const front = new Front();
    front.port = port ?? await freePort();
    front.lines = '';
    front.child = spawn(program, ['front', '--listen', `127.0.0.1:${front.port}`, '--to', to, ...args].map(String), { cwd: root });
    for (const stream of [front.child.stdout, front.child.stderr]) stream.on('data', (bytes) => { front.lines += bytes; });
    front.exited = new Promise((resolve) => front.child.on('exit', (code, signal) => resolve({ code, signal })));
    await front.untilOpen();
    return front;
  }

  /** Whether a device would be let in. */
  open() {
    return new Promise((resolve) => {
      const socket = net.connect({ port: this.port, host: '127.0.0.1' }, () => { socket.destroy(); resolve(true); });
      socket.on('error', () => resolve(false));
    });
  }

  async untilOpen(seconds = 30) {
    for (const until = Date.now() + seconds * 1000; !(await this.open());) {
      if (this.child.exitCode !== null || Date.now() > until) throw new Error(`the front lets nobody in: ${this.lines}`);
      await sleep(10);
    }
  }

  stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    return this.exited;
  }
}

export function run(args, { input } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args.map(String), { cwd: root });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (bytes) => { stdout += bytes; });
    child.stderr.on('data', (bytes) => { stderr += bytes; });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(input ?? '');
  });
}

/** The checksum of HJ 212, bit by bit, written apart from the program's own. */
export function crc212(bytes) {
  let register = 0xffff;
  for (const byte of Buffer.from(bytes)) {
    register = (register >> 8) ^ byte;
    for (let i = 0; i < 8; i += 1) {
      const low = register & 1;
      register >>= 1;
      if (low) register ^= 0xa001;
    }
  }
  return register.toString(16).toUpperCase().padStart(4, '0');
}

export function frame212(segment) {
  const length = Buffer.byteLength(segment).toString().padStart(4, '0');
  return `##${length}${segment}${crc212(segment)}\r\n`;
}

/** Sends text to a TCP port, waits until `enough(answer)`, the close or the time's end, and gives the answer; one that
 *  `saysNoMore` closes its own half at once. */
export function talk(port, text, enough = () => true, timeoutMs = 5000, saysNoMore = false) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: saysNoMore },
      () => (saysNoMore ? socket.end(text) : socket.write(text)));
    let answer = '';
    const timer = setTimeout(() => { socket.destroy(); resolve(answer); }, timeoutMs);
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1');
      if (enough(answer)) { clearTimeout(timer); socket.destroy(); resolve(answer); }
    });
    socket.on('close', () => { clearTimeout(timer); resolve(answer); });
    socket.on('error', (error) => { clearTimeout(timer); reject(error); });
  });
}
