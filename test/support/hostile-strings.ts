/** Names and reasons that somebody might set to break a report, a table or a shell. */
export const hostileStrings: readonly string[] = [
  '</script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '" onmouseover="alert(1)',
  "'><svg/onload=alert(1)>",
  '{{constructor.constructor("return process")()}}',
  '=HYPERLINK("http://example.invalid","open")',
  '+1+1',
  '@SUM(1)',
  '| a | b |\n# heading\n![x](http://example.invalid/x.png)',
  'invoice\u202egpj.exe',
  'null\u0000byte\u001b[31m',
  '<!-- --><style>*{display:none}</style>',
];
