// What is wrong with a pack or with an uploaded table, in Chinese. The program says it in English, one form a reason; each form stands
// here once with what it means. `_` in a form is any text, handed on in the same order to the `_` of the Chinese.

const forms: [string, string][] = [
  // a pack: its mappings
  ['is not known here; a text with a comma in it stands in quotes', '此处没有这一项；含逗号的文字须加引号'],
  ['is not known here; known are _', '此处没有这一项；可用的有：_'],
  ["'_' is not known; expected one of _", '“_”不是可用的词；应为其中之一：_'],
  ["'_' is not one of _", '“_”不是其中之一：_'],
  ["'_' is there twice", '“_”出现了两次'],
  ['is there twice', '出现了两次'],
  ['is empty', '没有内容'],
  ['is blank', '为空'],
  ['is needed', '必须填写'],
  ['is needed: at least one state', '至少要有一个状态'],
  ['is needed: photo, document or measurement', '必须填写：photo（照片）、document（文书）或 measurement（监测数据）'],
  ['is needed: a condition in quotes', '必须填写：加引号的条件'],
  ['is needed: a list as [a, b]', '必须填写：形如 [a, b] 的列表'],
  ['the platform takes the step, on its event; people do not', '这一步由平台在事件到来时办理，不由人办理'],
  ['is needed: fields of the record and what of the event they equal', '必须填写：记录的字段，及其等于事件的哪一项'],
  ['a step on an event leads to another state, or the event would be taken again', '随事件办理的步骤须转到另一状态，否则同一事件会再次办理'],
  ['is needed as {zh: ..., en: ...}', '必须填写，形如 {zh: ..., en: ...}'],
  ['expected a text', '应为文字'],
  ['expected true or false', '应为 true 或 false'],
  ['expected a whole number', '应为整数'],
  ['expected a number', '应为数字'],
  ['expected a list as [a, b]', '应为形如 [a, b] 的列表'],
  ['expected a list of texts as [a, b]', '应为文字列表，形如 [a, b]'],
  ['expected a list with entries', '应为列表'],
  ['expected entries as {id: ..., ...}', '每项应形如 {id: ..., ...}'],
  ['expected a mapping as {a: b}', '应形如 {a: b}'],
  ["expected a mapping that begins with 'system: id'", '应以“system: 标识”开头'],
  ['expected an expression in quotes', '应为加引号的表达式'],
  ['expected either entries or a table', '应写 entries 或 table 其中之一'],
  ['expected either number: {prefix, digits} or key: a field', '应写 number: {prefix, digits} 或 key: 一个字段'],
  ['expected one of days, working_days and months', '应写 days、working_days、months 其中之一'],
  ['expected 1 to _ fields', '应有1至_个字段'],
  ['expected 1 to _ registers', '应有1至_个台账'],
  ['has more than _ bytes', '超过_字节'],
  ['has more than _ entries', '超过_项'],
  ['has _ codes; expected 1 to _', '有_个代码；应为1至_个'],
  ['_ is not within _ to _', '_不在_至_之内'],
  ['not YAML: _', '不是合法的YAML：_'],
  ['a pack has at most 1 MiB', '一个系统包最大1 MiB'],
  ["'_' must be lower-case letters, digits and '_', begin with a letter and have at most 40", '“_”只能用小写字母、数字和“_”，以字母开头，最多40个字符'],
  ["'_' must be capital letters, digits and '-', at most 12", '“_”只能用大写字母、数字和“-”，最多12个'],
  ["'_' must be a file below packs/systems", '“_”须是 packs/systems 之下的文件'],
  ["'_' must be S and three digits, as S072", '“_”须是 S 加三位数字，如 S072'],
  ["there is no table '_' in packs/systems", 'packs/systems 中没有表“_”'],
  ["'_' is no column of _", '“_”不是 _ 的列'],
  ["'_': a code is not blank, has no ';' and no blank at its ends", '“_”：代码不能为空，不能含分号，首尾不能有空格'],
  // a pack: fields
  ["'_' must be a field of type yes-no that is entered, in _", '“_”须是 _ 中填入的是非字段'],
  ['files are public only with a yes-no field in which a person says that they may be', '附件须有一个由人确认可以公开的是非字段，才能公开'],
  ['only files that are entered and not personal can be shown to who reported', '只有填入的、不含个人信息的附件可以给举报人看'],
  ['public: true and confirmed_by: the yes-no field in which a person says so go together', 'public: true 与 confirmed_by（由人确认的是非字段）须同时写'],
  ['means nothing at a field of type _', '对类型为 _ 的字段没有意义'],
  ['means nothing at a field that is computed', '对计算得出的字段没有意义'],
  ['means nothing where working days are counted', '按工作日计算时没有意义'],
  ['cannot give _', '不能得出 _'],
  ['is larger than max', '大于 max'],
  ["'_' has a meaning of its own; choose another name", '“_”另有含义，请换一个名称'],
  ["there is no code list '_'", '没有代码表“_”'],
  ["there is no register '_'", '没有台账“_”'],
  ["there is no field '_' in _ that could be set", '_1 中没有可以设置的字段“_0”'],
  ["there is no field '_' in _", '_1 中没有字段“_0”'],
  ["there is no field '_' to fill {_}", '没有字段“_”可填入 {_}'],
  ["'_' is not a code of _", '“_”不是代码表 _ 中的代码'],
  ["'_' is not a state of _", '“_”不是 _ 的状态'],
  ["'_' is not a colour as _", '“_”不是颜色，应形如 _'],
  ["'_' must be a field of type text with needed: true", '“_”须是类型为 text 且 needed: true 的字段'],
  ["'_' must be a field of type code", '“_”须是类型为 code 的字段'],
  ["'_' must be a field of type reference, the key, or id", '“_”须是类型为 reference 的字段、编号字段或 id'],
  ["'_' must refer to the register enterprise", '“_”须引用台账 enterprise'],
  ["'_' is personal and not for everybody", '“_”是个人信息，不能对所有人公开'],
  ["'_' is a geometry", '“_”是图形'],
  ["'_' is of type _ and cannot take _", '“_”的类型为 _，不能接收 _'],
  ['names no field in braces, as {name}', '没有用花括号写字段，应形如 {name}'],
  ['the formulas go round in a circle: _', '公式循环引用：_'],
  ['a count {m,n} runs backwards', '次数 {m,n} 前大后小'],
  ["needs colour_by: the field whose values have these colours", '需要 colour_by：这些颜色所属的字段'],
  ['needs a place: _ has no point, line or area', '需要位置：_ 没有点、线或面字段'],
  ['map: _ has no point, line or area', 'map：_ 没有点、线或面字段'],
  // a pack: lifecycles, rights, and several packs together
  ["there is no state '_'", '没有状态“_”'],
  ["there is no step '_'", '没有步骤“_”'],
  ["there is no role '_'", '没有角色“_”'],
  ['no state is final; the last one has final: true', '没有终结状态；最后一个状态应写 final: true'],
  ["no step leads to state '_'", '没有步骤到达状态“_”'],
  ["no way leads from state '_' to a final one", '从状态“_”无法到达终结状态'],
  ["step '_' does not begin in state '_'", '步骤“_”不从状态“_”开始'],
  ["'_' is not opened, state or a date of _", '“_”不是 opened、state，也不是 _ 的日期字段'],
  ['does not come after the one before it', '没有排在前一项之后'],
  ['only photos are taken at a place', '只有照片有拍摄位置'],
  ['is not within 1 to 100000 metres', '不在1至100000米之内'],
  ['a case needs a lifecycle', '案件（case）须有 lifecycle'],
  ["'_' is of one record, an indicator speaks of all; put it into count(where ...) or sum(... where ...)", '“_”属于单条记录，指标针对全部记录；请写入 count(where ...) 或 sum(... where ...)'],
  ["'_' is also that of _", '“_”与 _ 重复'],
  ["code list '_' is also in _", '代码表“_”在 _ 中也有'],
  ["register '_' is also in _", '台账“_”在 _ 中也有'],
  ["'_' belongs into the file _", '“_”应写在文件 _ 中'],
  // expressions
  ['column _: _', '第_列：_'],
  ['expected a value, a field or a function, not the end', '应为值、字段或函数，却已到末尾'],
  ['gives _, expected _; convert it, or take off by bare(...) a unit that a coefficient changes', '得出 _，应为 _；请换算，或对由系数改变的单位用 bare(...) 去掉单位'],
  ['gives _, expected _', '得出 _，应为 _'],
  ["there is no function '_'", '没有函数“_”'],
  ["the text that begins here is not closed by '", '从此处开始的文字缺少结尾的单引号'],
  // uploaded tables
  ["column '_' is no field of register _; fields are _", '列“_”不是台账 _ 的字段；字段有：_'],
  ["column '_' is there twice", '列“_”出现了两次'],
  ['column _ has no name in the first row', '第_列在首行没有名称'],
  ['_: is neither CSV, XLSX nor GeoJSON; of old .xls or Unicode text files, save them as .xlsx or as CSV UTF-8', '_：不是CSV、XLSX或GeoJSON；旧的.xls或Unicode文本请另存为.xlsx或CSV UTF-8'],
  ['_: its text is neither UTF-8 nor GB18030; save it as CSV UTF-8 or as .xlsx', '_：文字编码既不是UTF-8也不是GB18030；请另存为CSV UTF-8或.xlsx'],
  ['_: is empty; the first row must name the columns', '_：没有内容；首行须为列名'],
  ['_: is not JSON: _', '_：不是合法的JSON：_'],
  ['_: is not a whole XLSX file: _; save it anew and send it again', '_：XLSX文件不完整：_；请重新保存后再上传'],
  ['_: more than _ features; send it in parts', '_：超过_个要素；请分批上传'],
  ['_: larger than _ MiB; send it in parts', '_：大于_ MiB；请分批上传'],
  ['_ more than _ rows; send the file in parts', '_超过_行；请分批上传'],
  ['the program was stopped; up to row _ everything is settled, send the rest again', '程序已停止；第_行以前已处理完毕，请上传其余部分'],
]

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
// The form with the most of its own words first: "is needed: at least one state" before "_".
const known = forms
  .map(([form, zh]) => ({ shape: new RegExp(`^${form.split('_').map(escaped).join('([\\s\\S]+?)')}$`), zh, own: form.replaceAll('_', '').length }))
  .sort((a, b) => b.own - a.own)

/** A reason in Chinese; null where the form is not known. Parts that are reasons themselves are said in Chinese too. */
export function reasonInChinese(reason: string): string | null {
  for (const { shape, zh } of known) {
    const found = shape.exec(reason)
    if (!found) continue
    const parts = found.slice(1).map((part) => reasonInChinese(part) ?? part)
    let next = 0
    return zh.replace(/_(\d?)/g, (_, at: string) => parts[at === '' ? next++ : Number(at)] ?? '')
  }
  return null
}

/** "field: reason" in the language of the page; as it came where there are no words for it. */
export function reasonFor(lang: 'zh' | 'en', text: string): string {
  if (lang === 'en') return text
  const parts = /^([a-z_]+): ([\s\S]+)$/.exec(text)
  const reason = parts === null ? null : reasonInChinese(parts[2] ?? '')
  return reason === null ? (reasonInChinese(text) ?? text) : `${parts?.[1]}：${reason}`
}
