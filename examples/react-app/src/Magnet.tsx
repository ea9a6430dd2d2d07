import 'blockspin/elements/spins';
import type {} from 'blockspin/elements/jsx';
import { useState } from 'react';

/** A live lattice whose temperature is a state of the application, and which tells the application what it measures. */
export function Magnet() {
  const [temperature, setTemperature] = useState(2.6);
  const [energy, setEnergy] = useState<number>();
  return (
    <section>
      <h2>A figure as a component</h2>
      <p>
        The element's slider and this one move the same state: <code>onchange</code> tells of the one,{' '}
        <code>temperature</code> is set by the other.
      </p>
      <div className="row">
        <label>
          temperature {temperature.toFixed(2)} J/k
          <input
            type="range"
            min="1.5"
            max="4"
            step="0.01"
            value={temperature}
            onChange={(event) => setTemperature(event.target.valueAsNumber)}
          />
        </label>
        <output id="energy">{energy === undefined ? 'not begun' : `energy per spin ${energy.toFixed(3)} J`}</output>
      </div>
      <blockspin-spins
        size={256}
        temperature={temperature}
        onsample={({ detail }) => setEnergy(detail.energy)}
        onchange={({ detail }) => {
          if (typeof detail.temperature === 'number') setTemperature(detail.temperature);
        }}
      />
    </section>
  );
}
