import { expect, test } from 'vitest'
import { arriving_ms, frame_ms_max, late_ms, LeanPainting, look_again_ms, paintsByProcessor, shares, still_ms } from './lean'

const share = (step: ReturnType<LeanPainting['step']>): number => ('share' in step ? step.share : NaN)

test('renderers that paint by the processor are known by their names, graphics cards are not', () => {
  for (const name of [
    'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)',
    'llvmpipe (LLVM 15.0.6, 256 bits)', 'llvmpipe, or similar', 'softpipe', 'Apple Software Renderer',
    'ANGLE (Microsoft, Microsoft Basic Render Driver (0x0000008C) Direct3D11 vs_5_0 ps_5_0, D3D11)',
  ]) expect(paintsByProcessor(name), name).toBe(true)
  for (const name of ['ANGLE (Intel, Mesa Intel(R) UHD Graphics 630 (CFL GT2), OpenGL 4.6)', 'NVIDIA GeForce GTX 980, or similar', 'Apple M1', 'Mali-G57 MC2', 'WebKit WebGL', '']) {
    expect(paintsByProcessor(name), name).toBe(false)
  }
})

test('a map that stands is painted whole, one that moves coarser, and whole again once it has stood for a while', () => {
  const lean = new LeanPainting()
  expect(lean.step(0, true)).toEqual({ share: 1 })
  lean.moved(1000)
  expect(share(lean.step(1000, true))).toBeLessThan(1)
  expect(share(lean.step(1000 + still_ms - 1, true))).toBeLessThan(1)
  expect(lean.step(1000 + still_ms, true)).toEqual({ share: 1 })
})

test('the look after a coarse painting finds the map standing, however long the paintings took', () => {
  for (const painting_ms of [5, 40, 120, 400]) {
    const lean = new LeanPainting()
    let at = 1000
    for (let n = 0; n < 10; ++n) {
      lean.moved(at)
      expect(share(lean.step(at, true))).toBeLessThan(1)
      lean.took(at, at + painting_ms)
      at += painting_ms
    }
    expect(lean.step(at + look_again_ms, true)).toEqual({ share: 1 })
  }
})

test('while it moves nothing waits; while it stands and tiles arrive it waits between paintings, the last one excepted', () => {
  const lean = new LeanPainting()
  expect(share(lean.step(1000, false))).toBeLessThan(1)
  expect(lean.step(1000 + arriving_ms / 2, false)).toEqual({ wait_ms: arriving_ms / 2 })
  expect(lean.step(1000 + arriving_ms / 2, true)).toEqual({ share: 1 })
  lean.moved(1300)
  expect(share(lean.step(1300, false))).toBeLessThan(1)
  expect(share(lean.step(1301, false))).toBeLessThan(1)
  expect(lean.step(1300 + still_ms, false)).toHaveProperty('wait_ms')
})

test('a map that stands is not made coarser by tiles that are missing, and those that are late are not waited for', () => {
  const lean = new LeanPainting()
  lean.step(0, true)
  expect(lean.step(5000, false)).toEqual({ share: 1 })
  lean.moved(6000)
  lean.step(6000, false)
  const standing = 6000 + arriving_ms
  expect(share(lean.step(standing, false))).toBeLessThan(1)
  expect(lean.step(standing + late_ms, false)).toEqual({ share: 1 })
})

test('a standing map that is painted again and again, as time is played on it, is coarser until that ends', () => {
  const lean = new LeanPainting()
  const played = [0, 33, 66, 99, 132, 165].map((at) => share(lean.step(at, true)))
  expect(played[0]).toBe(1)
  expect(played[played.length - 1]).toBeLessThan(1)
  expect(lean.step(165 + still_ms, true)).toEqual({ share: 1 })
  for (const at of [1000, 1500, 2000, 2500, 3000]) expect(lean.step(at, true), 'two steps a second').toEqual({ share: 1 })
})

test('time that is played so slowly that each painting lasts long is played on a coarser map too', () => {
  const lean = new LeanPainting()
  let at = 0
  const played = [0, 1, 2, 3, 4, 5].map(() => {
    const step = share(lean.step(at, true))
    lean.took(at, at + 300)
    at += 310
    return step
  })
  expect(played[0]).toBe(1)
  expect(played[played.length - 1]).toBeLessThan(1)
})

test('slow frames make a busy map coarser, many fast ones finer, and neither beyond the ends', () => {
  const lean = new LeanPainting()
  const busy = (): number => {
    lean.moved(0)
    return share(lean.step(0, true))
  }
  const before = busy()
  for (let i = 0; i < 30; ++i) lean.took(0, 17)
  expect(busy()).toBeGreaterThan(before)
  for (let i = 0; i < 200; ++i) lean.took(0, 8)
  expect(busy()).toBe(shares[0])
  for (let i = 0; i < 100; ++i) lean.took(0, 200)
  expect(busy()).toBe(shares[shares.length - 1])
  for (let i = 0; i < 3999; ++i) lean.took(0, 17)
  expect(busy()).toBe(shares[shares.length - 1])
  lean.took(0, 17)
  expect(busy()).toBeGreaterThan(shares[shares.length - 1]!)
})

test('what turned out too fine is not tried again soon', () => {
  const lean = new LeanPainting()
  let slow = 0
  for (let i = 0; i < 1000; ++i) {
    lean.moved(0)
    const ms = share(lean.step(0, true)) > 0.5 ? 40 : 17
    if (ms > frame_ms_max) ++slow
    lean.took(0, ms)
  }
  expect(slow / 1000).toBeLessThan(0.03)
})
