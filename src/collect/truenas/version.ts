import { SourceError } from '../../errors.ts';

/** `system.version` is a text in every release. */
export function versionOf(answer: unknown): string {
  if (typeof answer === 'string' && answer !== '') return answer;
  throw new SourceError('badAnswer', 'system.version was not answered with a text', {
    remedy: 'Check that the URL points at a TrueNAS.',
  });
}
