import { Magnet } from './Magnet';
import { Training } from './Training';

export function App() {
  return (
    <main>
      <h1>blockspin in React</h1>
      <Magnet />
      <Training />
    </main>
  );
}
