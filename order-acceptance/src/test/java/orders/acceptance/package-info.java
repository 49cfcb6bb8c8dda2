/// Black-box tests of the whole system: journeys and bad requests, over HTTP and the topics only.
package orders.acceptance;
