import { describe, expect, it } from 'vitest'
import { crc212, frame, sampleHour } from './hj212'

const crc = (text: string): string => crc212(new TextEncoder().encode(text))

describe('HJ 212 sample', () => {
  it('has the CRC that the standards print', () => {
    expect(crc('QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&')).toBe('1C80')
    expect(crc('QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&')).toBe('2200')
    expect(crc('123456789')).toBe('2F80')
    expect(crc('')).toBe('FFFF')
  })

  it('counts the bytes of its segment', () => {
    expect(frame('QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&')).toMatch(/^##0087QN=.*&&3240$/)
  })

  it('names the hour by its beginning in Beijing time, across midnight too', () => {
    const text = sampleHour('M', 'P', Date.parse('2026-04-03T16:20:05Z'))
    expect(text).toContain('QN=20260404002005000;')
    expect(text).toContain('DataTime=20260403230000;')
    expect(text).toContain('MN=M;')
  })
})
