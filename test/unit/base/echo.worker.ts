import { EngineError } from '../../../main/engine/base/errors.ts';
import { openWorkerPort } from '../../../main/engine/base/worker-port.ts';

export interface EchoRequest {
  readonly say: string;
  readonly then?: 'fail' | 'throw' | 'exit';
}
export interface EchoReply {
  readonly worker: number;
  readonly said: string;
}

const { data: worker, port } = openWorkerPort<number, EchoRequest, EchoReply>();
port.onMessage(({ say, then }) => {
  if (then === 'exit') process.exit(7);
  if (then === 'fail') throw new EngineError('no_space', 'The disk is full.', { context: { say } });
  if (then === 'throw') {
    setImmediate(() => {
      throw new TypeError('nobody caught this');
    });
    return;
  }
  port.post({ worker, said: say });
});
