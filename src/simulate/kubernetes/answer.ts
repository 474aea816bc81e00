export interface Answer {
  readonly status: number;
  /** Text goes out as text/plain, anything else as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly retryAfterSeconds?: number;
}

/** The API server's own error object. */
export function statusAnswer(status: number, reason: string, message: string, details?: StatusDetails): Answer {
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details !== undefined && { details }),
    code: status,
  };
  const retryAfter = details?.retryAfterSeconds;
  return { status, body, ...(retryAfter !== undefined && { headers: { 'Retry-After': String(retryAfter) } }) };
}

/** What the API server's mux says of a path it does not know: no Status, plain text. */
export const pageNotFound: Answer = { status: 404, body: '404 page not found\n' };

export const unauthorized = statusAnswer(401, 'Unauthorized', 'Unauthorized');

export const expired = statusAnswer(
  410,
  'Expired',
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results.',
);
