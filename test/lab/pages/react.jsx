import 'blockspin/elements';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';

/** A figure whose temperature is a state of the application. */
function App() {
  const [temperature, setTemperature] = useState(2);
  const [sweeps, setSweeps] = useState(0);
  const [shown, setShown] = useState(true);
  return (
    <main>
      <button type="button" id="hotter" onClick={() => setTemperature(temperature + 0.5)}>
        hotter
      </button>
      <button type="button" id="toggle" onClick={() => setShown(!shown)}>
        toggle
      </button>
      <output id="sweeps">{sweeps}</output>
      {shown && (
        <blockspin-spins
          size={64}
          temperature={temperature}
          start="up"
          onsample={(event) => setSweeps(event.detail.sweeps)}
        />
      )}
    </main>
  );
}

createRoot(document.getElementById('root')).render(<App />);
