/** The time, for what shows it: read again every so often. */
import { useEffect, useState } from 'preact/hooks'

const PERIOD = 250

export function useNow(isRunning) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isRunning) return undefined
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), PERIOD)
    return () => clearInterval(timer)
  }, [isRunning])
  return now
}
