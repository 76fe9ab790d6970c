// What the hub sends (src/Gateway/Hubs/Models) and what REST and hub tell of one call (src/Gateway/Api/Models).

export type AgentState = "logged-out" | "ready" | "not-ready" | "offered" | "talking" | "wrap-up";
export type CallState = "waiting" | "ringing" | "talking" | "announcing" | "ended";
export type Outcome = "answered" | "abandoned" | "overflowed-out" | "rejected" | "failed" | "announced" | "returned";
export type OfferResult = "pending" | "answered" | "declined" | "no-answer" | "unreachable" | "caller-left" | "withdrawn";

export interface Skill {
  readonly skill: string;
  readonly level: number;
}

export interface Domain {
  readonly id: string;
  /** Wait that outweighs a step of priority; 0: none does. */
  readonly ageingMs: number;
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly overflowedOut: number;
  readonly rejected: number;
  readonly failed: number;
  readonly announced: number;
  readonly waiting: number;
  readonly talking: number;
}

export interface Hints {
  readonly demo: boolean;
  readonly realm: string;
  readonly sipAddresses: readonly string[];
  readonly numbers: readonly string[];
  readonly sipUsers: readonly string[];
  readonly version: string;
}

export interface Queue {
  readonly id: string;
  readonly name: string;
  readonly needs: readonly Skill[];
  readonly condition?: string | null;
  readonly waiting: number;
  readonly ringing: number;
  readonly talking: number;
  readonly readyAgents: number;
  readonly serviceLevelPercent?: number;
  readonly serviceLevelTargetMs: number;
  readonly averageSpeedOfAnswerMs?: number;
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly overflowed: number;
}

export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly state: AgentState;
  readonly reason?: string;
  readonly sinceMs: number;
  readonly phones: number;
  readonly call?: string;
  readonly queue?: string;
  readonly skills: readonly Skill[];
  readonly answered: number;
  readonly missed: number;
  readonly shiftAnswered: number;
  readonly busyMs: number;
  readonly readyMs: number;
}

export interface Call {
  readonly id: string;
  readonly state: CallState;
  readonly ani: string;
  readonly dnis: string;
  readonly displayName?: string;
  readonly queue?: string;
  readonly priority: number;
  readonly arrivedMs: number;
  readonly enqueuedMs: number;
  readonly orderMs: number;
  readonly orderNumber: number;
  readonly agent?: string;
  readonly answeredMs?: number;
  readonly endedMs?: number;
  readonly outcome?: Outcome;
  readonly offers: number;
}

export interface Frame {
  readonly full: boolean;
  readonly sequence: number;
  readonly nowMs: number;
  readonly domain: Domain;
  readonly hints?: Hints;
  readonly queues?: readonly Queue[];
  readonly agents?: readonly Agent[];
  readonly calls?: readonly Call[];
  readonly removedQueues?: readonly string[];
  readonly removedAgents?: readonly string[];
  /** Why the server ends the stream here: the key holds no more. */
  readonly ended?: string;
}

export interface CallDetail {
  readonly call: {
    readonly id: string;
    readonly state: CallState;
    readonly ani: string;
    readonly dnis: string;
    readonly displayName?: string;
    readonly queue?: string;
    readonly priority: number;
    readonly ring?: number;
    readonly rings?: number;
    readonly needs?: string;
    readonly nextRing?: string;
    readonly preferredAgent?: string;
    readonly heldUntil?: string;
    readonly announcement?: string;
    readonly agent?: string;
    readonly waitMs: number;
    readonly talkMs?: number;
    readonly outcome?: Outcome;
  };
  readonly timeline: readonly { readonly at: string; readonly kind: string; readonly text: string }[];
  readonly offers: readonly {
    readonly number: number;
    readonly agent: string;
    readonly queue: string;
    readonly result: OfferResult;
    readonly why: {
      readonly text: string;
      readonly agents: readonly { readonly agent: string; readonly idleMs: number; readonly skillSum: number }[];
      readonly excluded: readonly { readonly who: string; readonly reason: string }[];
    };
  }[];
}

/** What the page shows of an explanation of a call or an agent. */
export interface Explanation {
  readonly reason: string;
  readonly text: string;
  readonly details: readonly string[];
}
