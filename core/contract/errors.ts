/**
 * Errors as data: what failed, on which object, whether trying again can help, and what to do next.
 *
 * The list of codes is closed: screens, the CLI and tests branch on codes, never on message text.
 */
export const errorCodes = [
  // the caller's input
  'INVALID_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'UNSUPPORTED',
  // the workspace and this machine
  'WORKSPACE_INVALID',
  'DATA_IN_USE',
  'PORT_IN_USE',
  'DISK_FULL',
  'MISSING_COMPONENT',
  'SECRET_MISSING',
  // Kafka
  'KAFKA_UNREACHABLE',
  'KAFKA_TLS',
  'KAFKA_AUTH',
  'KAFKA_REJECTED',
  'READ_ONLY',
  'TOPIC_DENIED',
  // Schema Registry
  'REGISTRY_UNREACHABLE',
  'REGISTRY_NOT_FOUND',
  'REGISTRY_REJECTED',
  // decoding and models
  'DECODE_FAILED',
  'MODEL_INVALID',
  'MODEL_INPUT_MISSING',
  // sinks and pipelines
  'SINK_UNREACHABLE',
  'SINK_REJECTED',
  'PREFLIGHT_FAILED',
  'PIPELINE_FENCED',
  // processes
  'PROCESS_CRASHED',
  'CANCELLED',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** The form an error has on the wire, in a log line and in `--json` output. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  /** The thing concerned, as the user names it: a topic, a table, a file, an address. */
  readonly object?: string;
  /** What the user can do now, as one sentence. */
  readonly nextStep?: string;
  /** The same call may succeed later without any change by the user. */
  readonly retryable: boolean;
}

export interface WorkbenchErrorOptions {
  readonly object?: string | undefined;
  readonly nextStep?: string | undefined;
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

export class WorkbenchError extends Error {
  override readonly name = 'WorkbenchError';
  readonly code: ErrorCode;
  readonly object: string | undefined;
  readonly nextStep: string | undefined;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: WorkbenchErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.object = options.object;
    this.nextStep = options.nextStep;
    this.retryable = options.retryable ?? false;
  }

  toData(): ErrorData {
    return {
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      ...(this.object === undefined ? {} : { object: this.object }),
      ...(this.nextStep === undefined ? {} : { nextStep: this.nextStep }),
    };
  }
}

/** Any thrown value as data; what is no WorkbenchError becomes `INTERNAL` with its own words. */
export function toErrorData(error: unknown): ErrorData {
  if (error instanceof WorkbenchError) return error.toData();
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), retryable: false };
}

/** The other way: an error that crossed a process boundary, thrown again on this side. */
export function fromErrorData(data: ErrorData): WorkbenchError {
  const { code, message, ...options } = data;
  return new WorkbenchError(code, message, options);
}
