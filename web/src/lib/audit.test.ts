import { describe, expect, it } from 'vitest'
import { auditWords } from './audit'

const line = { id: 4, at: '2026-06-01T00:00:00Z', who: 'zhang', action: 'record.write' }

describe('a line of the audit', () => {
  it('shows what the server tells beyond its own columns, and leaves out what is empty', () => {
    expect(auditWords({ ...line, subject: 'complaint/TS1', detail: { revision: 3, why: '', fields: ['state', 'owner'] }, address: '10.0.0.7', hash: 'ab' })).toBe(
      'revision: 3; fields: state, owner; address: 10.0.0.7',
    )
  })
  it('takes words as they are and stands without any', () => {
    expect(auditWords({ ...line, detail: 'locked' })).toBe('locked')
    expect(auditWords(line)).toBe('')
  })
})
