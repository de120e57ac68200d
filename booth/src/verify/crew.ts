/** Workers from this page's own script, so that the page stays one file and answers while it computes. */
import { runTask, type Outcome, type Task } from "./work.ts";

export interface Crew {
  /** Does the tasks on all workers; `done` hears after each which it was. Outcomes come in the order of the tasks. */
  run(tasks: readonly Task[], done: (task: Task) => void): Promise<Outcome[]>;
  /** Drops what is under way: `run` ends with Stopped, and the crew is ready for other tasks. */
  stop(): void;
}

/** The person stopped the work. */
export class Stopped extends Error {}

const MOST_WORKERS = 8;

/** The other end: a worker made from the same script answers each task. */
export function workHere(): void {
  self.onmessage = (event: MessageEvent<Task>) => self.postMessage(runTask(event.data));
}

/** A crew from the text of this script; where workers are not to be had, the page itself does the work. */
export function hire(script: string): Crew {
  let workers = startWorkers(script);
  let halt = (): void => undefined;
  return {
    run(tasks, done) {
      const stopped = new Promise<never>((_, reject) => (halt = () => reject(new Stopped())));
      const outcomes = workers.length === 0 ? alone(tasks, done) : shareOut(workers, tasks, done).catch(() => alone(tasks, done));
      return Promise.race([stopped, outcomes]);
    },
    stop() {
      for (const worker of workers) worker.terminate();
      if (workers.length > 0) workers = startWorkers(script);
      halt();
    },
  };
}

function startWorkers(script: string): Worker[] {
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const count = Math.max(1, Math.min(navigator.hardwareConcurrency || 2, MOST_WORKERS));
  try {
    return Array.from({ length: count }, () => new Worker(address));
  } catch {
    return [];
  }
}

async function alone(tasks: readonly Task[], done: (task: Task) => void): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const task of tasks) {
    outcomes.push(runTask(task));
    done(task);
    await new Promise((resolve) => setTimeout(resolve, 0)); // lets the page show its progress
  }
  return outcomes;
}

/** Each worker takes the next task as soon as it is free. */
async function shareOut(workers: readonly Worker[], tasks: readonly Task[], done: (task: Task) => void): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const serve = async (worker: Worker) => {
    for (let n = next++; n < tasks.length; n = next++) {
      outcomes[n] = await ask(worker, tasks[n] as Task);
      done(tasks[n] as Task);
    }
  };
  await Promise.all(workers.map(serve));
  return outcomes;
}

function ask(worker: Worker, task: Task): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<Outcome>) => resolve(event.data);
    worker.onerror = reject;
    worker.postMessage(task);
  });
}
