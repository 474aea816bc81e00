/** What a result can be written as; `result.json` always is. */
export const outputFormats = ['html', 'pdf', 'json', 'csv', 'markdown', 'sarif', 'junit'] as const;
export type OutputFormat = (typeof outputFormats)[number];
