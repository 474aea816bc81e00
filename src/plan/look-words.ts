import { shellJson, shellQuote } from '../util/shell.ts';
import type { PlanAction } from './cleanup-plan.ts';

/** What a human should read before deciding, as commands that only read. They are commented out as well: each prints a lot. */
export function lookWords(action: PlanAction, cluster: string | undefined): string[] {
  if (action.kind === 'deleteAttachment') {
    return [
      `kubectl --context=${shellQuote(action.cluster)} get volumeattachment -o yaml -- ${shellQuote(action.target)}`,
    ];
  }
  if (action.kind === 'advice') {
    if (cluster === undefined) return [];
    const context = `kubectl --context=${shellQuote(cluster)}`;
    return [
      `${context} get pv -o yaml -- ${shellQuote(action.target)}`,
      `${context} get events --all-namespaces --field-selector ${shellQuote(`involvedObject.name=${action.target}`)}`,
    ];
  }
  const ask = (method: string, filters: unknown) => `nas ${shellQuote(action.nas)} ${method} ${shellJson(filters)}`;
  if (action.kind === 'deleteEntry') return [ask(action.method.replace(/delete$/, 'query'), [['id', '=', action.id]])];
  const dataset = action.target.split('@')[0] ?? action.target;
  return [
    ask('pool.dataset.query', [['id', '=', dataset]]),
    `nas ${shellQuote(action.nas)} pool.dataset.attachments ${shellJson(dataset)}`,
    ask('iscsi.global.sessions', []),
  ];
}
