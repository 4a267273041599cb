/**
 * What the server's routes answer, as far as the console reads it, and what it uses of the npm package. Types only: they are
 * checked with the scripts beside them and never served. `/openapi.json` describes the answers in full.
 */
export interface Page<T> { items: T[]; next?: string }

export interface Caller { name: string; grants: { role: string; on: string; may: string[] }[] }

export interface Resource<S> { place: string; name: string; createdAt: string; updatedAt: string; spec: S }
export interface AccountSpec { title?: string; cooksPerDay?: number }
export interface ModelingSpec {
  source: string; credentials?: string; settings?: Record<string, unknown>; schedule?: { every: string; notBefore?: string };
  gate: boolean; memory?: string; leastMinutesBetween: number; mostPerDay: number; keepModels: number;
}
export interface EndpointSpec { modelings: string[]; strategy: Strategy; validHours: number; origins: string[]; recommend: string }
export interface Step { percent: number; minutes: number }
export interface Guard { metric: string; atMost?: number; atLeast?: number }
export interface Canary { kind: 'canary'; steps: Step[]; guards?: Guard[] }
export interface BlueGreen { kind: 'blueGreen'; promote: 'manual' | 'automatic'; afterMinutes?: number }
export interface Comparison { kind: 'ab'; salt?: string; layer?: string; holdoutPercent?: number; arms: { modeling: string; weight: number }[] }
export interface Shadow { kind: 'shadow'; modeling: string; report: 'off' | 'counts' }
export type Strategy = { kind: 'all' } | BlueGreen | Canary | Comparison | Shadow;

export interface Due { owed: string | null; next: string | null; last: string | null }
export interface Progress { stage: string; done: number; of: number; unit: string; perSecond: number; secondsLeft: number | null }
export interface Cook {
  id: string; place: string; cause: string; slot: number | null; state: string; holder: string | null; attempt: number; cancel: boolean;
  createdMs: number; startedMs: number | null; endedMs: number | null; progress: Progress | null; report: Report | null; error: string | null;
}
export interface Model { id: string; cook: string; createdMs: number; bytes: number; items: number; kept: boolean }
/** A model with the name of its modeling. */
export interface Known extends Model { modeling: string }

export interface Rollout {
  shown: Record<string, string>; before: Record<string, string>; candidate: { model: string; step: number; since: number } | null;
  waiting: string | null; withdrawn: { model: string; at: number; why: string } | null;
}
export interface Release { sequence: number; state: Rollout; envelope: string | null; createdMs: number; actor: string }
export interface SigningKey { id: string; public: string; state: string; createdMs: number }
export interface KeyRecord {
  id: string; label: string; prefix: string; lastFour: string; grants: { role: string; on: string }[];
  expiresMs: number | null; lastUsedMs: number | null; revokedMs: number | null;
}
export interface AuditRecord { seq: number; atMs: number; actor: string; action: string; place: string; outcome: string; detail: unknown; request: string }
export type Chain = { chain: 'whole'; records: number; hash: string } | { chain: 'broken'; seq: number; why: string };

export interface Score { list: string; ndcg: number | null; popularity: number | null }
export interface Point {
  endedMs: number | null; rows: number | null; dropped: number | null; items: number | null; interactions: number | null;
  bytes: number | null; seconds: number | null; lists: Score[];
}

export interface Figure { mean: number; interval?: { low: number; high: number } }
export interface Verdict { list: string; cases: number; hitRate: Figure; ndcg: Figure; popularity?: { ndcg: Figure }; previous?: { ndcg: Figure } }
export interface Problem { errorType: string; column: string | null; count: number; message: string; examples: { file: string; line: number; value: string }[] }
export interface Entity { entity: string; files: string[]; totalRecordCount: number; totalDroppedRecords: number; accepted: number; errors: Problem[]; warnings: Problem[]; notes: string[] }
export interface Contract { entities: Entity[]; notes: string[] }
export interface Section { kind: string; list?: string; blobs: number; bytes: number }
export interface CookReport {
  items: number; interactions: number; shoppers: number; bytes: number; peakMemoryBytes: number; seconds: Record<string, number>;
  lists: { list: string; entries: number; missing?: string }[]; holdout?: Verdict[]; contract: Contract; sections: Section[];
}
export type Report = CookReport | { gate: string };

/** What is used of the package, whose own types say the rest. */
export interface Card { title: string; price?: string; currency?: string; image: string }
export interface Shown { id: string; score: number; reason: { kind: string; because?: string }; card?: Card }
export interface Result { items: Shown[]; level: string; used: { ms: number } }
export interface Asked { kind: string; limit?: number; seeds?: string[]; among?: string[]; fallback?: string[]; cards?: boolean }
export interface Shelf {
  popular(query: { limit: number; cards: boolean }): Promise<Result>;
  recommend(request: Asked): Promise<Result>;
  explain(item: string, request: Asked): Promise<{ parts: { cause: string; item?: string; amount: number }[] }>;
  dispose(): void;
  profile: { observe(event: { type: 'view'; item: string }): void; explain(): { items: { item: string }[] }; erase(): Promise<void> };
  model: { cookedAt: string; items: number; bytes: number; stale: boolean; arm: string | undefined };
  engine: { kind: string };
  network: { log(): { bytes: number }[] };
}
