import { describe, expect, it } from 'vitest'
import { badPairs, upstreamBody, upstreamDraft } from './upstreams'

describe("an upstream platform's form", () => {
  it('gives lists of devices and pairs, and no password where there is none', () => {
    const draft = { ...upstreamDraft(null), id: ' province ', host: '10.0.0.1', port: 9001, devices: 'A\nB, C', mn_map: 'A A1\n\nB,B1' }
    expect(upstreamBody(draft)).toEqual({
      id: 'province', name: '', host: '10.0.0.1', port: 9001, enabled: true, rate_per_s: 20, tls: false, devices: ['A', 'B', 'C'],
      mn_map: [{ from: 'A', to: 'A1' }, { from: 'B', to: 'B1' }], password: null,
    })
  })

  it('names the lines that are no pair', () => {
    expect(badPairs('A A1\nB\n\nC C1 C2')).toEqual([2, 4])
    expect(badPairs('')).toEqual([])
  })
})
