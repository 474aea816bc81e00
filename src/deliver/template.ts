import Handlebars from 'handlebars';
import { ConfigError } from '../errors.ts';

/**
 * A template that a user wrote, filled in. `key` names where it stands in the config.
 * @throws ConfigError when it does not parse, or names what is not there.
 */
export function fillTemplate(text: string, view: object, key: string, rest: { readonly isHtml: boolean }): string {
  const handlebars = Handlebars.create();
  // `json` quotes a value for templates of JSON bodies.
  handlebars.registerHelper('json', (value: unknown) => JSON.stringify(value));
  try {
    return handlebars.compile(text, { noEscape: !rest.isHtml, strict: true })(view);
  } catch (cause) {
    throw new ConfigError(`${key}: the template cannot be filled in`, {
      cause,
      remedy: 'Correct it; the built-in templates/email.hbs shows the names that can be used.',
    });
  }
}
