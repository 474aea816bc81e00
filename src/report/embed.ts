/** JSON that may stand inside a `<script type="application/json">`: nothing in it can end the element or begin another. */
export function toEmbeddedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
