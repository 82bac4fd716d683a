/** Colours told apart by all eyes (Okabe and Ito); dark where the reader's system is. */
export const chartStyle = `
.chart{--ground:#fff;--ink:#1f2328;--faint:#59636e;--grid:#e4e7eb;--s0:#0067a6;--s1:#b8480b;--s2:#00795a;--s3:#9a4d83;--s4:#7a5c00;--s5:#3a6f8f;font:12px system-ui,sans-serif}
@media(prefers-color-scheme:dark){.chart{--ground:#0d1117;--ink:#e6edf3;--faint:#9aa4af;--grid:#2b323b;--s0:#5cb3ec;--s1:#f08a4b;--s2:#3fc59c;--s3:#dc9cc6;--s4:#e2bd4f;--s5:#8fc1dd}}
.chart .ground{fill:var(--ground)}.chart text{fill:var(--ink)}
.chart .heading{font-weight:600;font-size:13px}.chart .tick,.chart .rule-label,.chart .label{fill:var(--faint)}
.chart .tick{font-size:11px}.chart .rule-label,.chart .point-label,.chart .legend{font-size:11px}
.chart .grid{stroke:var(--grid)}.chart .axis,.chart .tickmark{stroke:var(--faint)}
.chart .rule{stroke:var(--faint);stroke-dasharray:5 4}
.chart .line{fill:none;stroke:var(--series);stroke-width:2;stroke-linejoin:round}
.chart .band{fill:var(--series);opacity:.16}.chart .point{fill:var(--series)}
.chart .whisker{stroke:var(--series);stroke-width:1.5}.chart .chosen{fill:none;stroke:var(--series);stroke-width:2}
.chart .s0{--series:var(--s0)}.chart .s1{--series:var(--s1)}.chart .s2{--series:var(--s2)}.chart .s3{--series:var(--s3)}.chart .s4{--series:var(--s4)}.chart .s5{--series:var(--s5)}
.chart .line.s1{stroke-dasharray:7 3}.chart .line.s2{stroke-dasharray:2 3}.chart .line.s3{stroke-dasharray:9 3 2 3}.chart .line.s4{stroke-dasharray:12 4}
`.trim()
