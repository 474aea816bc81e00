import type { CheckOutcome, SectionOutcome, Summary } from '../model/scan-result.ts';
import { groupBy } from '../util/groups.ts';

type NotAssessed = Summary['notAssessed'];

/** Everything on which there is no verdict, in words, grouped by its reason: what was not read comes first. */
export function describeNotAssessed(
  outcomes: readonly CheckOutcome[],
  sections: readonly SectionOutcome[],
): NotAssessed {
  return [...fromSections(outcomes, sections), ...fromOutcomes(outcomes, sections), ...fromUndecided(outcomes)];
}

function fromSections(outcomes: readonly CheckOutcome[], sections: readonly SectionOutcome[]): NotAssessed {
  const failed = sections.filter((section) => !section.ok);
  const groups = groupBy(failed, ({ source, error }) => `${source}\u0000${error?.message ?? ''}`);
  return [...groups.values()].map((members) => {
    const because = members[0]?.error?.message ?? 'it could not be read';
    const remedy = members[0]?.error?.remedy;
    const source = members[0]?.source ?? '';
    const touched = outcomes.filter(
      (outcome) => outcome.status === 'notAssessed' && outcome.because?.includes(because),
    );
    const names = members.map(({ name }) => name);
    return {
      what: names.length > 6 ? `${source}: ${names.length} lists` : `${source}: ${names.join(', ')}`,
      because,
      ...(remedy !== undefined && { remedy }),
      checks: [...new Set(touched.map(({ id }) => id))],
      scopes: [...new Set(touched.map(({ scope }) => scope))],
    };
  });
}

function fromOutcomes(outcomes: readonly CheckOutcome[], sections: readonly SectionOutcome[]): NotAssessed {
  const messages = sections.flatMap(({ error }) => error?.message ?? []);
  const open = outcomes.filter(
    ({ status, because = '' }) =>
      status === 'errored' ||
      (status === 'notAssessed' && !messages.some((message) => message !== '' && because.includes(message))),
  );
  return [...groupBy(open, ({ because }) => because ?? 'no reason is known')].map(([because, members]) => {
    const checks = [...new Set(members.map(({ id }) => id))];
    const scopes = [...new Set(members.map(({ scope }) => scope))];
    return { what: `${checks.join(', ')} for ${scopes.join(', ')}`, because, checks, scopes };
  });
}

function fromUndecided(outcomes: readonly CheckOutcome[]): NotAssessed {
  const items = outcomes
    .filter(({ status }) => status === 'passed' || status === 'found')
    .flatMap(({ id, scope, undecided }) => undecided.map((item) => ({ id, scope, ...item })));
  return [...groupBy(items, ({ because }) => because)].map(([because, members]) => {
    const names = [...new Set(members.map(({ kind, name }) => `${kind} ${name}`))];
    const shown = names.slice(0, 3).join(', ');
    return {
      what: names.length > 3 ? `${shown} and ${names.length - 3} more` : shown,
      because,
      checks: [...new Set(members.map(({ id }) => id))],
      scopes: [...new Set(members.map(({ scope }) => scope))],
    };
  });
}
