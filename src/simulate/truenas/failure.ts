/** An error that a method answers with, before a transport gives it its shape. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly errno: number;
  readonly errname: string;
  /** Field of a validation error. */
  readonly attribute: string | undefined;

  constructor(kind: FailureKind, message: string, attribute?: string) {
    super(message);
    this.name = 'Failure';
    this.kind = kind;
    this.attribute = attribute;
    [this.errno, this.errname] = errnos[kind];
  }
}

export type FailureKind =
  | 'notAuthenticated'
  | 'notAuthorized'
  | 'unknownMethod'
  | 'validation'
  | 'instanceNotFound'
  | 'matchNotFound'
  | 'notFound'
  | 'busy'
  | 'fault'
  | 'stale';

const errnos: Readonly<Record<FailureKind, readonly [number, string]>> = {
  notAuthenticated: [207, 'ENOTAUTHENTICATED'],
  notAuthorized: [13, 'EACCES'],
  unknownMethod: [201, 'ENOMETHOD'],
  validation: [22, 'EINVAL'],
  instanceNotFound: [22, 'EINVAL'],
  matchNotFound: [22, 'EINVAL'],
  notFound: [2, 'ENOENT'],
  busy: [16, 'EBUSY'],
  fault: [14, 'EFAULT'],
  stale: [116, 'ESTALE'],
};
