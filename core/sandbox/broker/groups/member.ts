/** One member of a classic consumer group, and the answers it waits for. */
export interface Protocol {
  readonly name: string;
  readonly metadata: Buffer;
}

export interface JoinResult {
  readonly errorCode: number;
  readonly generationId: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly leader: string;
  readonly memberId: string;
  readonly skipAssignment?: boolean;
  readonly members: readonly {
    readonly memberId: string;
    readonly groupInstanceId: string | null;
    readonly metadata: Buffer;
  }[];
}

export interface SyncResult {
  readonly errorCode: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly assignment: Buffer;
}

export interface MemberIdentity {
  readonly clientId: string;
  readonly clientHost: string;
  readonly groupInstanceId: string | null;
}

export interface MemberTerms {
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly protocols: readonly Protocol[];
}

export class Member {
  id: string;
  readonly identity: MemberIdentity;
  sessionTimeoutMs = 0;
  rebalanceTimeoutMs = 0;
  protocols: readonly Protocol[] = [];
  assignment: Buffer = Buffer.alloc(0);
  #join: ((result: JoinResult) => void) | undefined;
  #sync: ((result: SyncResult) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #onExpired: (member: Member) => void;

  constructor(id: string, identity: MemberIdentity, terms: MemberTerms, onExpired: (member: Member) => void) {
    this.id = id;
    this.identity = identity;
    this.#onExpired = onExpired;
    this.setTerms(terms);
  }

  /** The session of the new length begins with the next `touch`. */
  setTerms({ sessionTimeoutMs, rebalanceTimeoutMs, protocols }: MemberTerms): void {
    this.stopTimer();
    this.sessionTimeoutMs = sessionTimeoutMs;
    this.rebalanceTimeoutMs = rebalanceTimeoutMs;
    // The metadata are views of a request, which would keep the whole of it alive.
    this.protocols = protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) }));
  }

  hasSameProtocols(protocols: readonly Protocol[]): boolean {
    return (
      protocols.length === this.protocols.length &&
      protocols.every(({ name, metadata }, i) => {
        const own = this.protocols[i]!;
        return own.name === name && own.metadata.equals(metadata);
      })
    );
  }

  metadataFor(protocolName: string | null): Buffer {
    return this.protocols.find(({ name }) => name === protocolName)?.metadata ?? Buffer.alloc(0);
  }

  get isAwaitingJoin(): boolean {
    return this.#join !== undefined;
  }

  get isAwaitingSync(): boolean {
    return this.#sync !== undefined;
  }

  /** A second request of the same member ends the first one's wait: only the last connection counts. */
  awaitJoin(superseded: (member: Member) => JoinResult): Promise<JoinResult> {
    this.#join?.(superseded(this));
    return new Promise((resolve) => {
      this.#join = resolve;
    });
  }

  awaitSync(superseded: SyncResult): Promise<SyncResult> {
    this.#sync?.(superseded);
    return new Promise((resolve) => {
      this.#sync = resolve;
    });
  }

  /** Who waits for no answer gets none, and no longer session. */
  answerJoin(result: JoinResult): void {
    if (this.#join === undefined) return;
    this.#join(result);
    this.#join = undefined;
    this.touch();
  }

  /** As `answerJoin`. */
  answerSync(result: SyncResult): void {
    if (this.#sync === undefined) return;
    this.#sync(result);
    this.#sync = undefined;
    this.touch();
  }

  /** The member is alive: its session begins anew. */
  touch(): void {
    if (this.#timer !== undefined) this.#timer.refresh();
    else {
      this.#timer = setTimeout(() => this.#expire(), this.sessionTimeoutMs).unref();
    }
  }

  /** A member that waits for an answer of ours can't heartbeat; the answer begins its session anew. */
  #expire(): void {
    if (!this.isAwaitingJoin && !this.isAwaitingSync) this.#onExpired(this);
  }

  stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
