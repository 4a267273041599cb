-- Clients of wrk that ask now and then: a pause of 1 to 19 milliseconds before each question.
function delay()
  return math.random(1, 19)
end
