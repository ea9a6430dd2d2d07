/** How figures of a page share the cores, and how they save energy. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { joinShare, leaveShare, lowPowerFigures, type Share, savesEnergy } from '../../src/elements/base/share.js';

const test = suite('elements/share');

test('saving energy is half the work per second, at 15 frames, of one figure or of all', () => {
  const [one, other] = [{}, {}];
  const told: Record<'one' | 'other', Share> = {
    one: { milliseconds: 0, interval: 0 },
    other: { milliseconds: 0, interval: 0 },
  };
  assert.is(savesEnergy(), false);
  joinShare(one, false, (share) => {
    told.one = share;
  });
  const full = told.one.milliseconds;
  assert.is(told.one.interval, 0);
  joinShare(other, true, (share) => {
    told.other = share;
  });
  const perSecond = ({ milliseconds, interval }: Share) => milliseconds * (interval === 0 ? 60 : 1000 / interval);
  assert.is(Math.round(1000 / told.other.interval), 15);
  assert.ok(Math.abs(perSecond(told.other) / perSecond(told.one) - 0.5) < 1e-9);
  leaveShare(other);
  assert.is(told.one.milliseconds, full, 'the share of the other is free again');
  lowPowerFigures(true);
  assert.is(savesEnergy(), true);
  assert.ok(Math.abs(perSecond(told.one) - 30 * full) < 1e-9);
  lowPowerFigures(false);
  assert.equal(told.one, { milliseconds: full, interval: 0 });
  joinShare(one, true, (share) => {
    told.one = share;
  });
  assert.ok(told.one.interval > 0, 'told again when its own wish changes');
  leaveShare(one);
});

test.run();
